import { useMemo } from 'react';
import { useStore } from 'zustand';
import { reveal } from '../../app/reveal';
import { useSession } from '../../app/session';
import { t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { labelOf, typeTitle } from '../../model/schema';
import { fieldOf, goesOn } from '../../model/told';
import { Button, Empty, Icon } from '../../ui';
import { deploy } from './deploy';
import { deployStore } from './state';

/** What is wrong, each with its node. */
export function ProblemsPanel() {
  const problems = useSession((s) => s.problems);
  const refused = useStore(deployStore, (s) => s.refused);
  const doc = useStore(docStore, (s) => s.doc);
  const all = useMemo(
    () =>
      Object.values(problems)
        .flat()
        .sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1)),
    [problems],
  );
  if (all.length === 0) return <Empty icon="circle-check" title={t('No problems found')} />;
  return (
    <section className="problems" aria-label={t('Problems')}>
      {refused && (
        <div className="problems-bar" role="alert">
          <span className="grow">{t('Nothing was deployed: mend the errors, or run all but the faulty nodes.')}</span>
          <Button size="small" onClick={() => void deploy({ strict: false })}>
            {t('Deploy anyway')}
          </Button>
        </div>
      )}
      <ul>
        {all.map((p, i) => {
          const n = p.node === undefined ? undefined : doc.nodes[p.node];
          const field = fieldOf(p, p.type ?? n?.type);
          const label = n ? labelOf(n, doc) : (p.name ?? p.type ?? '');
          return (
            <li key={`${i} ${p.node}`} data-kind={p.severity}>
              <Icon name={p.severity === 'error' ? 'triangle-alert' : 'info'} size={14} />
              <button type="button" className="problem" disabled={!n} onClick={() => n && reveal(n.id, { open: true })}>
                <strong>{label || t('Flows')}</strong>
                {n && <span className="meta">{typeTitle(n.type, doc)}</span>}
                <span>
                  {field && <em>{goesOn(p.message) ? field : `${field}:`}</em>} {p.message}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
