import { t } from '../../i18n';
import { useForm } from '../context';
import { useCredentials } from '../host';
import { isRec } from '../rules/rows';
import { put, text } from '../values';
import { credentialsOf, SecretInput, withCredential } from '../widgets/SecretField';

/** The value of a variable of type secret: kept with the credentials under its name. */
export function EnvSecret({
  id,
  name,
  labelId,
  invalid,
}: {
  id: string;
  name: string;
  labelId: string;
  invalid: boolean;
}) {
  const form = useForm();
  const type = text(form.rec.type);
  const global = type === 'global-config'; // keeps them one level deeper
  const stored = useCredentials(type, form.id);
  const own = credentialsOf(form.rec);
  const map = global && isRec(own.map) ? own.map : own;
  const set = (v: string | undefined) =>
    form.change((rec) => {
      if (!global) return withCredential(rec, name, v);
      const all = credentialsOf(rec);
      return withCredential(rec, 'map', put(isRec(all.map) ? all.map : {}, name, v));
    });
  const storedMap = global && isRec(stored.map) ? stored.map : stored;
  return (
    <SecretInput
      id={id}
      aria-labelledby={labelId}
      aria-describedby={undefined}
      aria-invalid={invalid || undefined}
      label={name || t('Secret')}
      placeholder={t('secret value')}
      shown={false}
      typed={map[name] === undefined ? undefined : text(map[name])}
      stored={storedMap[`has_${name}`] === true}
      value=""
      onChange={set}
    />
  );
}
