import { useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { earlyKeys } from '../../actions/keys';
import { actionStore, keysOf, run, sectionOf, wordsOf } from '../../actions/registry';
import { closeDialog, dialogStore } from '../../app/dialogs';
import { reveal } from '../../app/reveal';
import { t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { labelOf, typeTitle } from '../../model/schema';
import { Icon, Kbd, Tile } from '../../ui';
import { FindDialog, FindHead } from '../../ui/FindDialog';
import { Finder } from '../../ui/Finder';

interface Row {
  key: string;
  title: string;
  hint: string;
  words: string;
  icon?: string;
  type?: string;
  chord?: string | undefined;
  run: () => void;
}

const most = 60;

/** How well a row meets the query: all its words, the earlier and the more of one piece the better. */
function rank(r: Row, query: string): number {
  const title = r.title.toLowerCase();
  if (title.startsWith(query)) return 100;
  if (title.split(/\W+/).some((w) => w.startsWith(query))) return 80;
  if (title.includes(query)) return 60;
  const all = `${title} ${r.hint.toLowerCase()} ${r.words}`;
  return query.split(/\s+/).every((w) => all.includes(w)) ? 30 : 0;
}

export default function CommandPalette() {
  const actions = useStore(actionStore, (s) => s.actions);
  const given = useStore(dialogStore, (s) => s.text);
  const [query, setQuery] = useState(given);
  const input = useRef<HTMLInputElement>(null);
  const goto = query.startsWith('@');
  const rows = useMemo((): Row[] => {
    const { doc } = docStore.getState();
    const q = query.replace(/^@/, '').trim().toLowerCase();
    const commands = [...actions.values()]
      .filter((a) => !a.hidden && (a.when?.() ?? true))
      .map(
        (a): Row => ({
          key: a.id,
          title: t(a.title),
          hint: sectionOf(a),
          words: wordsOf(a).toLowerCase(),
          icon: a.icon ?? 'command',
          chord: keysOf(a)[0],
          run: () => run(a.id),
        }),
      );
    if (q === '' && !goto) return commands;
    const flows = [
      ...Object.values(doc.tabs).map((f) => ({ id: f.id, title: f.label, hint: t('flow'), icon: 'workflow' })),
      ...Object.values(doc.subflows).map((f) => ({ id: f.id, title: f.name, hint: t('subflow'), icon: 'workflow' })),
    ].map(
      (t): Row => ({
        key: t.id,
        title: t.title || t.id,
        hint: t.hint,
        words: t.id,
        icon: t.icon,
        run: () => reveal(t.id),
      }),
    );
    const nodes = Object.values(doc.nodes)
      .filter((n) => n.kind !== 'junction')
      .map(
        (n): Row => ({
          key: n.id,
          title: labelOf(n, doc),
          hint: [typeTitle(n.type, doc), doc.tabs[n.z]?.label ?? doc.subflows[n.z]?.name].filter(Boolean).join(' · '),
          words: n.id,
          type: n.type,
          run: () => reveal(n.id),
        }),
      );
    const all = goto ? [...flows, ...nodes] : [...commands, ...flows, ...nodes];
    if (q === '') return all.slice(0, most);
    return all
      .map((r, i) => ({ r, i, s: rank(r, q) }))
      .filter((x) => x.s > 0)
      .sort((a, b) => b.s - a.s || a.i - b.i)
      .slice(0, most)
      .map((x) => x.r);
  }, [actions, query, goto]);
  const choose = (r: Row) => {
    closeDialog();
    // once the focus is back where it was
    setTimeout(r.run, 0);
  };
  return (
    <FindDialog label={t('Command palette')} onClose={closeDialog} input={input}>
      <Finder
        id="commands-list"
        look="commands"
        label={t('Command')}
        placeholder={goto ? t('Go to a flow or node') : t('Type a command, or the name of a flow or node')}
        holds={t('Commands')}
        input={input}
        query={query}
        onQuery={setQuery}
        onFocus={() => setQuery((q) => q + earlyKeys())}
        rows={rows}
        keyOf={(r) => r.key}
        choose={choose}
        none={t('Nothing is called “{{query}}”.', { query })}
        frame={(box) => <FindHead box={box} onClose={closeDialog} />}
        draw={(r) => (
          <>
            {r.type ? <Tile type={r.type} size={20} /> : <Icon name={r.icon ?? 'command'} />}
            <span className="ellipsis">{r.title}</span>
            <span className="meta grow ellipsis">{r.hint}</span>
            {r.chord && <Kbd chord={r.chord} />}
          </>
        )}
      />
    </FindDialog>
  );
}
