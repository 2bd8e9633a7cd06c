import { Eye, EyeOff, KeyRound } from 'lucide-react';
import { useRef, useState } from 'react';
import { t } from '../../i18n';
import type { Json, Rec } from '../../model/types';
import { named, useForm, type WidgetProps } from '../context';
import { useCredentials } from '../host';
import { isRec } from '../rules/rows';
import css from '../style';
import { keyIn, put, read, text, variable } from '../values';

/** Where an object keeps what was typed into its secrets. */
export const credentialsOf = (rec: Rec): Rec => (isRec(rec.credentials) ? rec.credentials : {});

export function withCredential(rec: Rec, key: string, value: Json | undefined): Rec {
  const next = put(credentialsOf(rec), key, value);
  return put(rec, 'credentials', Object.keys(next).length ? next : undefined);
}

/** A secret: the server tells whether there is one, never what it is. ${NAME} is none and is shown. */
export function SecretField(p: WidgetProps) {
  const form = useForm();
  const stored = useCredentials(text(form.rec.type), form.id);
  const key = [p.field.key, ...p.field.aliases].find((k) => `has_${k}` in stored || k in stored) ?? p.field.key;
  const typed = credentialsOf(form.rec)[keyIn(credentialsOf(form.rec), key, [p.field.key, ...p.field.aliases])];
  const onServer = stored[`has_${key}`] === true;
  const visible = text(stored[key]); // of a property that is no password
  return (
    <SecretInput
      {...named(p)}
      label={p.field.label}
      placeholder={p.field.ui.placeholder}
      shown={p.field.ui.shown === true}
      typed={typed === undefined ? undefined : text(typed)}
      stored={onServer}
      value={visible || text(read(p.raw, p.field))}
      multiline={p.field.ui.multiline === true}
      onChange={(v) => form.change((rec) => withCredential(rec, key, v))}
    />
  );
}

interface InputProps {
  id: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean | undefined;
  'aria-labelledby'?: string;
  label: string;
  placeholder: string | undefined;
  /** No password: it may be read. */
  shown: boolean;
  /** What stands in the draft. */
  typed: string | undefined;
  /** The server has one. */
  stored: boolean;
  /** What may be read of the stored one. */
  value: string;
  multiline?: boolean;
  onChange: (v: string | undefined) => void;
}

export function SecretInput({
  label,
  placeholder,
  shown,
  typed,
  stored,
  value,
  multiline,
  onChange,
  ...attributes
}: InputProps) {
  const [open, setOpen] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const focusNext = useRef(false);
  if (stored && !value && !replacing && (typed === undefined || typed === '')) {
    const cleared = typed === '';
    return (
      <div className={css.secret} id={attributes.id} role="group" aria-label={label} tabIndex={-1}>
        <KeyRound size={14} aria-hidden="true" />
        <span className={css.secretState}>{cleared ? t('Cleared by the next deploy') : t('Set')}</span>
        <button
          type="button"
          className={css.small}
          onClick={() => {
            focusNext.current = true;
            setReplacing(true);
            onChange(undefined);
          }}
        >
          {t('Replace')}
        </button>
        <button type="button" className={css.small} onClick={() => onChange(cleared ? undefined : '')}>
          {cleared ? t('Keep') : t('Clear')}
        </button>
      </div>
    );
  }
  const now = typed ?? value;
  const secret = !shown && !variable(now);
  const enter = (v: string) => onChange(v === '' && !value && !stored ? undefined : v);
  const focus = (e: HTMLElement | null) => {
    if (e && focusNext.current) {
      focusNext.current = false;
      e.focus();
    }
  };
  return (
    <div className={css.ref}>
      {multiline && (!secret || open || now === '' || now.includes('\n')) ? (
        <textarea
          {...attributes}
          ref={focus}
          className={css.area}
          data-mask={secret && !open ? '' : undefined}
          rows={3}
          value={now}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          onChange={(e) => enter(e.target.value)}
        />
      ) : (
        <div className={css.box}>
          <input
            {...attributes}
            ref={focus}
            className={css.bare}
            data-mono=""
            data-variable={variable(now) ? '' : undefined}
            type={secret && !open ? 'password' : 'text'}
            autoComplete={secret ? 'new-password' : 'off'}
            spellCheck={false}
            value={now}
            placeholder={placeholder}
            onChange={(e) => enter(e.target.value)}
          />
          {secret && now !== '' && (
            <button
              type="button"
              className={css.mini}
              aria-pressed={open}
              aria-label={t('Show what was typed')}
              onClick={() => setOpen(!open)}
            >
              {open ? <EyeOff size={14} aria-hidden="true" /> : <Eye size={14} aria-hidden="true" />}
            </button>
          )}
        </div>
      )}
      {replacing && (
        <button
          type="button"
          className={css.small}
          onClick={() => {
            setReplacing(false);
            onChange(undefined);
          }}
        >
          {t('Keep the old one')}
        </button>
      )}
    </div>
  );
}
