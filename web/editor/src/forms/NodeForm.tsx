/** The form of an object's draft, drawn from its type's schema. */
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { useSession } from '../app/session';
import { t } from '../i18n';
import { objectOf } from '../model/codec';
import { docStore } from '../model/doc-store';
import type { Rec } from '../model/types';
import { changedAt, useCheck } from './check';
import { loadEditor } from './code/TemplateInput';
import { FormProvider, type FormScope } from './context';
import { draftOf, edit, useDraft } from './drafts';
import { Extra, Unknown } from './Extra';
import { Fields, fieldId } from './Fields';
import { Fold } from './Fold';
import { recordOf, useCredentials, useRecord, useWatch } from './host';
import { ObjectFields } from './ObjectFields';
import { schemaOf } from './objects';
import { type Field, fieldsOf } from './schema';
import css from './style';
import { isTouched, touchedStore } from './touched';
import { type Problem, validate } from './validate';
import { differs, text } from './values';
import { shownFields } from './when';

interface Props {
  id: string;
  /** Opens a config node's form on top of this one. */
  openConfig: FormScope['openConfig'];
}

const emptyRec: Rec = {};
const identity = new Map<number, number[]>();
function upTo(n: number): number[] {
  let list = identity.get(n);
  if (!list) {
    list = Array.from({ length: n }, (_, i) => i);
    identity.set(n, list);
  }
  return list;
}

/** useProblems are those the browser finds in the draft and, while nothing was edited, those the server found. */
export function useProblems(id: string): Problem[] {
  const stored = useRecord(id);
  const draft = useDraft(id);
  const rec = draft?.rec ?? stored ?? emptyRec;
  const credentials = useCredentials(text(rec.type), id);
  const checked = useCheck(id, draft?.rec);
  const server = useSession((s) => s.problems[id]);
  const deployed = useStore(docStore, (s) => objectOf(s.base, id) !== undefined);
  const touched = useStore(touchedStore, (s) => s.touched[id]);
  return useMemo(() => {
    const schema = schemaOf(rec);
    const own = (schema ? validate(schema, rec, (key) => credentials[`has_${key}`] === true) : []).filter(
      (p) => p.code !== 'required' || deployed || isTouched(touched, p.property),
    );
    const fields = schema ? fieldsOf(schema) : [];
    const theirs = (checked ?? server ?? [])
      .filter((p) => !draft || checked || !changedAt(draft.base, draft.rec, p.property ?? ''))
      .map((p) => ({ ...p, property: canonicalPath(fields, p.property ?? '') }))
      .filter((p) => !own.some((o) => o.property === p.property))
      .filter((p) => p.code !== 'required' || deployed || isTouched(touched, p.property))
      .map(({ property, message, severity }) => ({
        property,
        message,
        severity: severity === 'error' ? ('error' as const) : ('notice' as const),
      }));
    return [...own, ...theirs];
  }, [rec, credentials, server, checked, draft, deployed, touched]);
}

/** canonicalPath names a property as the schema does, not as the file spells it. */
function canonicalPath(fields: Field[], property: string): string {
  const [, key = '', rest = ''] = /^([^.[]+)(.*)$/s.exec(property) ?? [];
  const f = fields.find((x) => x.key === key || x.aliases.includes(key) || x.ui.typeKey === key);
  return f ? f.key + rest : property;
}

export function NodeForm({ id, openConfig }: Props) {
  const stored = useRecord(id);
  const draft = useDraft(id);
  const rec = draft?.rec ?? stored;
  const problems = useProblems(id);
  useWatch(id);
  useEffect(() => {
    loadEditor().catch(() => {});
  }, []);

  const scope = useMemo<FormScope | undefined>(
    () =>
      rec && {
        id,
        rec,
        openConfig,
        flow: text(rec.type) === 'tab' || text(rec.type) === 'subflow' ? id : text(rec.z),
        problems: new Map(problems.map((p) => [p.property, p.message])),
        change: (make, rows) => edit(id, () => recordOf(docStore.getState().doc, id) ?? emptyRec, make, rows),
        rowsOf: (path, length) => draftOf(id)?.rows[path] ?? upTo(length),
      },
    [id, rec, problems, openConfig],
  );

  if (!rec || !scope) return <p className={css.none}>{t('This node is gone.')}</p>;
  const schema = schemaOf(rec);
  const fields = schema ? fieldsOf(schema) : [];
  const change = (make: (r: Rec) => Rec) => scope.change(make);
  const plain = fields.filter((f) => !f.ui.advanced && !f.ui.group);
  const groups = [...new Set(fields.filter((f) => !f.ui.advanced && f.ui.group).map((f) => f.ui.group ?? ''))];
  const folds = [...new Set(fields.filter((f) => f.ui.advanced).map((f) => f.ui.group ?? ''))].sort(
    (a, b) => Number(a === '') - Number(b === ''),
  );
  const part = (only: Field[]) =>
    shownFields(fields, rec).some((f) => only.includes(f)) ? (
      <Fields fields={fields} only={only} raw={rec} change={change} />
    ) : null;
  return (
    <FormProvider scope={scope}>
      <Summary id={id} problems={problems} fields={fields} />
      {!schema && <Unknown />}
      <ObjectFields part="top" />
      {part(plain)}
      {groups.map((g) => {
        const body = part(fields.filter((f) => f.ui.group === g && !f.ui.advanced));
        return (
          body && (
            <fieldset key={g} className={css.group}>
              <legend className={css.legend}>{g}</legend>
              {body}
            </fieldset>
          )
        );
      })}
      {folds.map((g) => {
        const own = fields.filter((f) => f.ui.advanced && (f.ui.group ?? '') === g);
        const body = part(own);
        const set = own.filter((f) => differs(rec, f)).length;
        return (
          body && (
            <Fold
              key={g}
              title={g || t('Advanced')}
              note={set > 0 ? t('{{count}} set', { count: set }) : ''}
              open={problems.some((p) => own.some((f) => p.property.startsWith(f.key)))}
            >
              {body}
            </Fold>
          )
        );
      })}
      <ObjectFields part="more" />
      <Extra fields={fields} known={schema !== undefined} />
    </FormProvider>
  );
}

/** Summary lists what is wrong, each with a link to its field. */
function Summary({ id, problems, fields }: { id: string; problems: Problem[]; fields: Field[] }) {
  if (problems.length === 0) return null;
  const label = (path: string) => {
    const key = /^[^.[]+/.exec(path)?.[0];
    const row = /\[(\d+)\]/.exec(path)?.[1];
    const name = fields.find((f) => f.key === key)?.label;
    return name ? `${name}${row ? ` ${Number(row) + 1}` : ''}` : '';
  };
  return (
    <ul
      className={css.summary}
      aria-label={t('Problems')}
      data-mild={problems.every((p) => p.severity === 'notice') ? '' : undefined}
    >
      {problems.map((p, i) => {
        const name = label(p.property);
        const goal = fieldId(id, p.property);
        return (
          <li key={i} data-severity={p.severity ?? 'error'}>
            {name ? (
              <a
                href={`#${goal}`}
                onClick={(e) => {
                  e.preventDefault();
                  goTo(goal);
                }}
              >
                {p.message.startsWith(name) ? p.message : `${name}: ${p.message}`}
              </a>
            ) : (
              p.message
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** goTo brings a field into view and the focus into it, out of its fold if it is in one. */
function goTo(goal: string): void {
  const found = document.getElementById(goal);
  const fold = found?.closest('details');
  if (fold) fold.open = true;
  found?.scrollIntoView({ block: 'center' });
  (found?.matches('input, select, textarea, [role=textbox], [tabindex]')
    ? found
    : found?.querySelector<HTMLElement>('input, select, textarea, [role=textbox]')
  )?.focus();
}
