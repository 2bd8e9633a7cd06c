import { createStore } from 'zustand/vanilla';
import { modal } from '../../actions/keys';
import { dialogStore, openDialog } from '../../app/dialogs';
import { t } from '../../i18n';
import { number } from '../../i18n/format';
import { authStore } from '../../net/http';
import { toast } from '../../ui/toast';

const mostBytes = 5 << 20; // the server takes no more in a deploy

/** Whether a file is held over the window, and what was wrong with the last one. */
export const fileStore = createStore<{ over: boolean; error: string }>(() => ({ over: false, error: '' }));

/** The text of a file, or what is wrong with it, in words. */
export async function readFile(file: File): Promise<{ text: string } | { error: string }> {
  const { name } = file;
  if (file.size > mostBytes)
    return {
      error: t('{{name}} has {{size}} MB. A flow file may have {{most}} MB.', {
        name,
        size: number(file.size / (1 << 20), { maximumFractionDigits: 1 }),
        most: mostBytes / (1 << 20),
      }),
    };
  if (file.size === 0) return { error: t('{{name}} is empty.', { name }) };
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const wide = bytes[0] === 0xff && bytes[1] === 0xfe; // as Windows PowerShell writes
    const text = new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return { text };
  } catch (e) {
    if (!(e instanceof TypeError)) return { error: t('{{name}} cannot be read.', { name }) };
  }
  return { error: t('{{name}} is not a flow file: it holds no text.', { name }) };
}

/** The one file that was dropped, or what is wrong. It is to be called while the drop is under way. */
export function dropped(data: DataTransfer): File | { error: string } {
  const [file, ...more] = data.files;
  const folder = [...data.items].map((i) => i.webkitGetAsEntry?.()).find((e) => e?.isDirectory);
  if (folder) return { error: t('{{name}} is a folder. Drop a flow file that is in it.', { name: folder.name }) };
  if (!file) return { error: t('There is no file in what was dropped.') };
  if (more.length > 0)
    return { error: t('{{count}} files at once: drop one after the other.', { count: more.length + 1 }) };
  return file;
}

/** Shows what is in a file in the import dialog, or says what is wrong with it. */
export async function takeFile(file: File | { error: string }): Promise<void> {
  const read = 'error' in file ? file : await readFile(file);
  const open = dialogStore.getState().open === 'import';
  if ('text' in read) {
    fileStore.setState({ error: '' });
    openDialog('import', { text: read.text });
  } else if (open) fileStore.setState({ error: read.error });
  else toast({ kind: 'error', title: t('This cannot be imported'), detail: read.error });
}

/** Whether a file may come now: another dialog is to be done first. */
const free = (): boolean =>
  !authStore.getState().asked && (dialogStore.getState().open === 'import' || !modal.pending());

/** Files can be dropped anywhere on the window. */
export function startFileDrop(): void {
  const files = (e: DragEvent) => e.dataTransfer?.types.includes('Files') === true;
  const over = (over: boolean) => {
    if (fileStore.getState().over !== over) fileStore.setState({ over });
  };
  addEventListener('dragover', (e) => {
    if (e.defaultPrevented || !files(e)) return;
    e.preventDefault();
    if (e.dataTransfer) e.dataTransfer.dropEffect = free() ? 'copy' : 'none';
    over(free());
  });
  addEventListener('dragleave', (e) => {
    if (e.relatedTarget === null) over(false);
  });
  addEventListener('drop', (e) => {
    over(false);
    if (e.defaultPrevented || !files(e) || !e.dataTransfer) return;
    e.preventDefault(); // the browser would leave the page for it
    if (free()) void takeFile(dropped(e.dataTransfer));
  });
}
