import { t } from '../i18n';
import { docStore, undo } from '../model/doc-store';
import { dismiss, type Toast, toast } from './toast';

/** Says what was done just now and offers to undo it, until something else is done: Undo would then mean that. */
export function undoable(title: string, kind: Toast['kind'] = 'info'): void {
  const last = () => docStore.getState().undo.at(-1)?.id;
  const entry = last();
  const id = toast({ kind, title, action: { label: t('Undo'), run: undo } });
  const off = docStore.subscribe(() => {
    if (last() === entry) return;
    off();
    dismiss(id);
  });
}
