import { useMemo } from 'react';
import { useStore } from 'zustand';
import { draftStore, waiting } from '../../forms/drafts';
import { t } from '../../i18n';
import { objectOf } from '../../model/codec';
import { docStore } from '../../model/doc-store';
import type { FlowDoc, Id } from '../../model/types';

const of = (drafts: Parameters<typeof waiting>[0], doc: FlowDoc): Id[] =>
  waiting(drafts, (id) => objectOf(doc, id) !== undefined);

/** What was typed into forms and not taken by Done: a deploy leaves it out. */
export const openDrafts = (): Id[] => of(draftStore.getState().drafts, docStore.getState().doc);

export function useOpenDrafts(): Id[] {
  const drafts = useStore(draftStore, (s) => s.drafts);
  const doc = useStore(docStore, (s) => s.doc);
  return useMemo(() => of(drafts, doc), [drafts, doc]);
}

export const draftsLeftOut = (n: number): string => t('{{count}} drafts not included', { count: n });
