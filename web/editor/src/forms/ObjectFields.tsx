/** What every object has besides its type's own properties: name, description, inbox, label. */
import { inLanguage, t } from '../i18n';
import type { Rec } from '../model/types';
import { Appearance } from './Appearance';
import { useForm } from './context';
import { Fields } from './Fields';
import { Fold } from './Fold';
import { useNodeType } from './host';
import { inboxSchema } from './objects';
import { isRec } from './rules/rows';
import { fieldsOf, type Property } from './schema';
import css from './style';
import { put, text } from './values';

const object = (properties: Record<string, Property>): Property => ({ type: 'object', properties });
const name = inLanguage(() => fieldsOf(object({ name: { type: 'string', 'x-ui': { label: t('Name') } } })));
const info = inLanguage(() =>
  fieldsOf(
    object({
      info: {
        type: 'string',
        'x-ui': {
          label: t('Description'),
          widget: 'markdown',
          placeholder: t('Markdown; shown with the help of this node.'),
        },
      },
    }),
  ),
);

export function ObjectFields({ part }: { part: 'top' | 'more' }) {
  const form = useForm();
  const type = text(form.rec.type);
  const schema = useNodeType(type);
  if (type === 'junction')
    return part === 'top' ? (
      <p className={css.none}>{t('A junction has nothing to set: messages pass as they are.')}</p>
    ) : null;
  if (type === 'tab' || type === 'group' || type === 'subflow') return null;
  const has = (key: string) => schema?.schema.properties?.[key] !== undefined;
  if (part === 'top')
    return (
      <Fields fields={name()} raw={form.rec} change={(make) => form.change((r) => withoutEmpty(make(r), 'name', r))} />
    );
  const box = isRec(form.rec.inbox) ? form.rec.inbox : {};
  const changeInbox = (make: (r: Rec) => Rec) =>
    form.change((r) => {
      const next = make(isRec(r.inbox) ? r.inbox : {});
      return put(r, 'inbox', Object.keys(next).length ? next : undefined);
    });
  const config = !('x' in form.rec) && !('y' in form.rec);
  return (
    <>
      {schema && 'inbox' in schema && schema.inbox === true && (
        <Fold title={t('Inbox')} open={isRec(form.rec.inbox)}>
          <Fields fields={fieldsOf(inboxSchema())} raw={box} prefix="inbox." change={changeInbox} />
        </Fold>
      )}
      {!has('info') && (
        <Fold title={t('Description')} open={text(form.rec.info) !== ''}>
          <Fields
            fields={info()}
            unlabelled
            raw={form.rec}
            change={(make) => form.change((r) => withoutEmpty(make(r), 'info', r))}
          />
        </Fold>
      )}
      {!config && <Appearance />}
    </>
  );
}

/** withoutEmpty leaves out what was not there and is empty again. */
const withoutEmpty = (next: Rec, key: string, was: Rec): Rec =>
  next[key] === '' && !(key in was) ? put(next, key, undefined) : next;
