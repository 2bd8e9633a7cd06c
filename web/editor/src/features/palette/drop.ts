import type { DragEvent } from 'react';
import { add, dragged, dragType } from '../../app/add';
import { current } from '../../view/canvas-view';

/** Lets nodes be dropped on the canvas, files on the window. */
export const dropTarget = {
  onDragOver(e: DragEvent): void {
    if (!e.dataTransfer.types.includes(dragType)) return;
    e.preventDefault();
    e.dataTransfer.dropEffect = 'copy';
    if (dragged.type !== '') current.view?.hold?.({ x: e.clientX, y: e.clientY });
  },
  onDragLeave(): void {
    current.view?.hold?.(undefined);
  },
  onDrop(e: DragEvent): void {
    const type = e.dataTransfer.getData(dragType);
    if (type === '') return;
    e.preventDefault();
    const client = { x: e.clientX, y: e.clientY };
    const wire = current.view?.hold?.(client);
    current.view?.hold?.(undefined);
    add(type, { at: current.view?.toFlow?.(client) ?? client, ...(wire ? { wire } : {}) });
    current.view?.focus?.();
  },
};
