import type { ReactNode } from 'react';
import css from './style';

interface Props {
  title: string;
  /** Beside the title: what there is inside. */
  note?: string;
  open?: boolean;
  children: ReactNode;
}

/** Fold hides what is seldom needed. */
export const Fold = ({ title, note, open, children }: Props) => (
  <details className={css.fold} open={open}>
    <summary className={css.foldHead}>
      {title}
      {note && <span className={css.foldNote}>{note}</span>}
    </summary>
    <div className={css.foldBody}>{children}</div>
  </details>
);
