import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { t } from '../i18n';
import { IconButton } from './Button';

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  size?: 'small' | 'normal' | 'large';
  children: ReactNode;
  /** Buttons at the bottom. */
  foot?: ReactNode;
  /** What has the focus first. */
  first?: RefObject<HTMLElement | null>;
}

/** A dialog: named by its title, closed with Esc, the focus goes back to where it was. */
export function Dialog({ open, onClose, title, size = 'normal', children, foot, first }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(o) => !o && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="dialog" data-size={size} {...(first ? { initialFocus: first } : {})}>
          <div className="dialog-head">
            <Base.Title render={<h2>{title}</h2>} />
            <IconButton icon="x" label={t('Close')} onClick={onClose} />
          </div>
          <div className="dialog-body">{children}</div>
          {foot && <div className="dialog-foot">{foot}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
