import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { t } from '../i18n';
import { IconButton, Kbd } from './Button';
import { Icon } from './Icon';

interface Props {
  label: string;
  onClose: () => void;
  input: RefObject<HTMLInputElement | null>;
  children: ReactNode;
}

/** A dialog that is a box and a list. */
export function FindDialog({ label, onClose, input, children }: Props) {
  return (
    <Base.Root open onOpenChange={(o) => !o && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="dialog commands" initialFocus={input} aria-label={label}>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Its first line. */
export function FindHead({ box, onClose, children }: { box: ReactNode; onClose: () => void; children?: ReactNode }) {
  return (
    <div className="commands-head">
      <Icon name="search" />
      {box}
      {children}
      <Kbd chord="Escape" />
      <IconButton className="by-touch" icon="x" label={t('Close')} onClick={onClose} />
    </div>
  );
}
