/** The form of the node that is edited, beside the canvas. */
import { ArrowLeft } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { chordText } from '../../actions/keys';
import { edit as editNode, useSession } from '../../app/session';
import { edit, forget, isBlank, useDraft } from '../../forms/drafts';
import { recordOf, useRecord } from '../../forms/host';
import { touchAll } from '../../forms/touched';
import { en, t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { typeTitle } from '../../model/schema';
import type { Id } from '../../model/types';
import { Button, Empty, Icon, IconButton, Switch, Tile } from '../../ui';
import { part } from '../../ui/part';
import css from './inspector.module.css';
import { take } from './refs';
import { remove, save, titleOf } from './save';
import { closeLayer, type Layer, openConfig, useLayers } from './stack';

const NodeForm = part(en('The form'), async () => ({ default: (await import('../../forms/NodeForm')).NodeForm }), {
  wait: <div className={css.wait} />,
});
const none: Layer[] = [];

export function Inspector() {
  const root = useSession((s) => s.editing);
  const layers = useLayers((s) => (root === null ? none : (s.above[root] ?? none)));
  const id = layers.at(-1)?.id ?? root;
  return (
    <section aria-label={t('Node settings')} className={css.panel}>
      {root === null || id === null ? (
        <Empty icon="sliders-horizontal" title={t('Double-click a node, or press Enter on it, to see its settings.')} />
      ) : (
        <NodePanel key={id} root={root} id={id} layers={layers} />
      )}
    </section>
  );
}

/** backToCanvas gives the focus to the canvas. */
const backToCanvas = () => document.querySelector<HTMLElement>('[role=application]')?.focus();

/** NodePanel is the form with its header and buttons: of a node, or of a config node above it. */
export function NodePanel({ root, id, layers }: { root: Id; id: Id; layers: Layer[] }) {
  const draft = useDraft(id);
  const stored = useRecord(id);
  const doc = useStore(docStore, (s) => s.doc);
  const body = useRef<HTMLFormElement>(null);
  const rec = draft?.rec ?? stored;
  const top = layers.at(-1);

  const close = useCallback(() => {
    if (top) closeLayer(root);
    else {
      if (draft && isBlank(draft)) forget(id);
      editNode(null);
      backToCanvas();
    }
  }, [root, top, id, draft]);

  const done = () => {
    const asked = draft?.isNew ? draft.asked : undefined;
    touchAll(id);
    save(id);
    const taken = asked !== undefined && take(asked, id);
    // Made before the page was loaded again, it has no form below it: the one that asked for it comes up.
    if (taken && !top) editNode(asked.owner);
    else close();
  };
  const revert = () => {
    forget(id);
    if (draft?.isNew) close();
  };
  const onDelete = () => {
    remove(id);
    close();
  };

  useEffect(() => focusFirst(body), []);

  const open = useCallback(
    (type: string, config: Id | undefined, path: string, field?: string) => openConfig(root, type, config, path, field),
    [root],
  );

  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.shiftKey) {
      e.preventDefault();
      e.stopPropagation();
      done();
    } else if (e.key === 'Escape' && !e.defaultPrevented) {
      e.stopPropagation();
      // What was typed into a new config node would be gone with its form: Cancel says so, Esc does not.
      if (!top || !draft?.isNew || isBlank(draft)) close();
    }
  };

  if (!rec)
    return (
      <Empty icon="circle-off" title={t('This node is gone.')}>
        <Button onClick={close}>{t('Close')}</Button>
      </Empty>
    );
  const type = String(rec['type']);
  const title = titleOf(rec, doc);
  const kind = type === 'tab' ? t('flow') : typeTitle(type, doc);
  const named = String(rec['name'] || rec['label'] || '');
  const disabledKey = type === 'tab' ? 'disabled' : 'd';
  const canDisable = type !== 'group' && type !== 'subflow' && type !== 'junction';
  const owner = layers.length > 1 ? layers.at(-2)?.id : root;
  const ownerRec = owner === undefined ? undefined : recordOf(doc, owner);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the form, wherever the focus is in it
    <div className={css.form} onKeyDown={keys} data-off={rec[disabledKey] === true ? '' : undefined}>
      <header className={css.header}>
        {top && (
          <button
            type="button"
            className={css.back}
            onClick={close}
            title={draft?.isNew ? t('Back, without making it') : t('Back')}
          >
            <ArrowLeft size={14} aria-hidden="true" /> {ownerRec ? titleOf(ownerRec, doc) : t('Back')}
          </button>
        )}
        <div className={css.title}>
          {type === 'tab' || type === 'group' ? (
            <span
              className="tile"
              style={{ width: 28, height: 28, background: 'var(--cat-subflows)' }}
              aria-hidden="true"
            >
              <Icon name={type === 'tab' ? 'workflow' : 'group'} size={17} />
            </span>
          ) : (
            <Tile type={type} size={28} />
          )}
          <div className={css.names}>
            <h2 title={title}>{draft?.isNew ? t('New {{kind}}', { kind }) : named || kind}</h2>
            <span className={css.kind}>
              {[
                named ? kind : title === kind ? '' : title,
                draft ? (draft.isNew ? t('not saved yet') : t('draft')) : '',
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </div>
          {canDisable && (
            <span title={t('Enabled')}>
              <Switch
                label={t('Enabled')}
                checked={rec[disabledKey] !== true}
                onChange={(on) =>
                  edit(
                    id,
                    () => recordOf(docStore.getState().doc, id) ?? {},
                    (r) => {
                      const next = { ...r };
                      if (!on) next[disabledKey] = true;
                      else if (disabledKey === 'd') delete next['d'];
                      else next[disabledKey] = false;
                      return next;
                    },
                  )
                }
              />
            </span>
          )}
          <IconButton icon="x" label={t('Close, keep the draft')} size="small" onClick={close} />
        </div>
      </header>
      <form ref={body} className={css.body} aria-label={title} onSubmit={(e) => e.preventDefault()}>
        <NodeForm id={id} openConfig={open} />
      </form>
      <footer className={css.footer}>
        <Button kind="primary" onClick={done} title={chordText('Mod+Enter')}>
          {t('Done')}
        </Button>
        <Button onClick={revert} disabled={!draft}>
          {draft?.isNew ? t('Cancel') : t('Revert')}
        </Button>
        <span className={css.space} />
        {!draft?.isNew && (
          <Button kind="danger" onClick={onDelete}>
            {t('Delete')}
          </Button>
        )}
      </footer>
    </div>
  );
}

/** focusFirst gives the focus to the first field, if the form was opened and not merely swapped under the pointer. */
function focusFirst(body: React.RefObject<HTMLFormElement | null>): () => void {
  const from = document.activeElement;
  let tries = 0;
  const look = () => {
    const now = document.activeElement;
    if (now !== from && now !== document.body && now !== null) return; // went elsewhere meanwhile
    const field = body.current?.querySelector<HTMLElement>(
      'input:not([type=radio]), select, textarea:not([readonly]), [role=textbox]',
    );
    if (field) field.focus({ preventScroll: true });
    else if (tries++ < 60) frame = requestAnimationFrame(look);
  };
  let frame = requestAnimationFrame(look);
  return () => cancelAnimationFrame(frame);
}
