/** Renames a node or group where it stands. */
import { t } from '../i18n';
import { commit, docStore } from '../model/doc-store';
import type { Id } from '../model/types';
import { setName } from './edits/nodes';
import type { FlowView } from './flow-view';

export function startRename(v: FlowView, id: Id): void {
  const { doc } = docStore.getState();
  const node = v.scene.nodes.get(id);
  const group = v.scene.group(id);
  if (!node?.rec && !group) return;
  const box = group
    ? { x: group.x + 8, y: group.y + 2, w: Math.min(group.w - 16, 240) }
    : { x: node!.x - node!.w / 2 + 32, y: node!.y - 13, w: Math.max(node!.w - 34, 120) };
  const input = document.createElement('input');
  input.className = 'cv-rename';
  input.dataset['own'] = '';
  input.setAttribute('aria-label', t('Name'));
  input.value = doc.nodes[id]?.name ?? doc.groups[id]?.name ?? '';
  input.placeholder = node?.label ?? '';
  const place = () => {
    const p = v.view.toScreen(box.x, box.y);
    input.style.transform = `translate(${p.x}px, ${p.y}px) scale(${v.view.zoom})`;
    input.style.width = `${box.w}px`;
  };
  let done = false;
  const end = (keep: boolean) => {
    if (done) return;
    done = true;
    v.after.delete(place);
    if (keep && input.value !== (doc.nodes[id]?.name ?? doc.groups[id]?.name ?? '')) {
      commit(t('Rename'), (d) => setName(d, id, input.value));
    }
    const back = document.activeElement === input;
    input.remove();
    if (back) v.focus();
  };
  input.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' && e.key !== 'Escape') return;
    e.preventDefault();
    e.stopPropagation();
    end(e.key === 'Enter');
  });
  input.addEventListener('blur', () => end(true));
  v.after.add(place);
  v.root.append(input);
  place();
  input.focus();
  input.select();
}
