import { useMemo, useRef, useState } from 'react';
import { closeDialog } from '../../app/dialogs';
import { useSession } from '../../app/session';
import { t } from '../../i18n';
import { number } from '../../i18n/format';
import { encode } from '../../model/codec';
import { docStore } from '../../model/doc-store';
import { collect } from '../../model/ops/copy';
import { Button, Segmented } from '../../ui';
import { Dialog } from '../../ui/Dialog';
import { download } from '../../ui/download';
import { copy } from '../../ui/ValueTree';

type What = 'selection' | 'flow' | 'all';
const shownChars = 200_000;

export default function ExportDialog() {
  const { doc } = docStore.getState();
  const { tab, selection } = useSession.getState();
  const ids = useMemo(() => [...selection.nodes, ...selection.groups], [selection]);
  const [what, setWhat] = useState<What>(ids.length > 0 ? 'selection' : 'flow');
  const [pretty, setPretty] = useState<'compact' | 'pretty'>('pretty');
  const save = useRef<HTMLButtonElement>(null);
  const { text, n } = useMemo(() => {
    const recs = what === 'all' ? encode(doc) : collect(doc, what === 'flow' ? [tab] : ids);
    return { text: JSON.stringify(recs, null, pretty === 'pretty' ? 4 : undefined), n: recs.length };
  }, [what, pretty, doc, tab, ids]);
  const name =
    what === 'all'
      ? 'flows.json'
      : `${(doc.tabs[tab]?.label || doc.subflows[tab]?.name || 'flow').replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.json`;
  const keep = () => {
    download(text, name, 'application/json');
    closeDialog();
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={t('Export')}
      size="large"
      first={save}
      foot={
        <>
          <span className="hint start">
            {t('{{count}} objects · {{size}} kB · secrets are never in it', {
              count: n,
              size: number(text.length / 1024, { maximumFractionDigits: text.length < 10_240 ? 1 : 0 }),
            })}
          </span>
          <Button icon="copy" onClick={() => copy(text, t('Flow copied')).then(closeDialog)}>
            {t('Copy')}
          </Button>
          <Button ref={save} kind="primary" icon="download" onClick={keep}>
            {t('Download')}
          </Button>
        </>
      }
    >
      <div className="row wrap">
        <Segmented
          label={t('What to export')}
          value={what}
          onChange={setWhat}
          options={[
            ...(ids.length > 0 ? [{ value: 'selection' as const, label: t('Selection') }] : []),
            { value: 'flow', label: t('This flow') },
            { value: 'all', label: t('All flows') },
          ]}
        />
        <Segmented
          label={t('Form')}
          value={pretty}
          onChange={setPretty}
          options={[
            { value: 'pretty', label: t('Pretty') },
            { value: 'compact', label: t('Compact') },
          ]}
        />
      </div>
      <textarea
        className="input mono"
        aria-label={t('Flow as JSON')}
        rows={16}
        readOnly
        spellCheck={false}
        value={text.length > shownChars ? `${text.slice(0, shownChars)}…` : text}
      />
    </Dialog>
  );
}
