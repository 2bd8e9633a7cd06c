import type { ReactNode } from 'react';
import css from './style';

/** Fold hides what is seldom needed. */
export const Fold = ({ title, open, children }: { title: string; open?: boolean; children: ReactNode }) => (
  <details className={css.fold} open={open}>
    <summary className={css.foldHead}>{title}</summary>
    <div className={css.foldBody}>{children}</div>
  </details>
);
