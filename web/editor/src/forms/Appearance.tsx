/** How a node looks on the canvas: whether its label shows, and what its ports are called. */
import { t } from '../i18n';
import { decodeObject } from '../model/codec';
import { docStore } from '../model/doc-store';
import { inputsOf, outputName, outputsOf } from '../model/schema';
import type { Json, NodeRec, Rec } from '../model/types';
import { useForm } from './context';
import { Fold } from './Fold';
import css from './style';
import { put, text } from './values';

export function Appearance() {
  const form = useForm();
  const { rec } = form;
  const node = decodeObject(rec) as NodeRec;
  const doc = docStore.getState().doc;
  const plain = { ...node, rec: put(rec, 'outputLabels', undefined) };
  const named = (key: 'inputLabels' | 'outputLabels', count: number) =>
    Array.from({ length: Math.min(count, 50) }, (_, i) => (
      <input
        key={`${key}${i}`}
        className={css.input}
        type="text"
        aria-label={
          key === 'inputLabels' ? t('Input {{n}} label', { n: i + 1 }) : t('Output {{n}} label', { n: i + 1 })
        }
        placeholder={key === 'inputLabels' ? t('Input') : outputName(plain, i, doc) || t('Output {{n}}', { n: i + 1 })}
        value={text(labels(rec, key)[i])}
        onChange={(e) => form.change((r) => withLabel(r, key, i, e.target.value))}
      />
    ));
  const ins = inputsOf(node, doc);
  const outs = outputsOf(node, doc);
  return (
    <Fold title={t('Appearance')}>
      <div className={css.inlineRow}>
        <label className={css.label} htmlFor={`${form.id}-shown`}>
          {t('Show the label on the canvas')}
        </label>
        <input
          id={`${form.id}-shown`}
          className={css.switch}
          type="checkbox"
          role="switch"
          aria-checked={rec.l !== false}
          checked={rec.l !== false}
          onChange={(e) => form.change((r) => put(r, 'l', e.target.checked ? undefined : false))}
        />
      </div>
      {ins + outs > 0 && <div className={css.label}>{t('Names of ports')}</div>}
      {named('inputLabels', ins)}
      {named('outputLabels', outs)}
    </Fold>
  );
}

const labels = (rec: Rec, key: string): Json[] => (Array.isArray(rec[key]) ? rec[key] : []);

/** withLabel sets one; without any the property goes. */
function withLabel(rec: Rec, key: string, i: number, label: string): Rec {
  const next = Array.from({ length: Math.max(labels(rec, key).length, i + 1) }, (_, k) =>
    k === i ? label : text(labels(rec, key)[k]),
  );
  return put(rec, key, next.some((x) => x !== '') ? next : undefined);
}
