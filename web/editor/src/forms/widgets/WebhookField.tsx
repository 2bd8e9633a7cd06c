import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n';
import type { WidgetProps } from '../context';
import css from '../style';
import { effective, text } from '../values';
import { TextField } from './TextField';

/** A path of this server, with the whole URL to hand to whoever shall call it. */
export function WebhookField(p: WidgetProps) {
  const [copied, setCopied] = useState(false);
  const path = text(effective(p.raw, p.field));
  const url = path.startsWith('/') ? location.origin + path : '';
  const copy = () =>
    navigator.clipboard?.writeText(url).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 2000);
      },
      () => {},
    );
  return (
    <>
      <TextField {...p} />
      {url && (
        <div className={css.preview}>
          <code className={css.result}>{url}</code>
          <button
            type="button"
            className={css.copy}
            aria-label={copied ? t('Copied') : t('Copy the URL')}
            onClick={copy}
          >
            {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
          </button>
        </div>
      )}
    </>
  );
}
