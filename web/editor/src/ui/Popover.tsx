import { Popover as Base } from '@base-ui/react/popover';
import type { ReactNode, RefObject } from 'react';

interface Props {
  anchor: RefObject<HTMLElement | null>;
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** A small panel below a button. Load it lazily. */
export default function Popover({ anchor, label, onClose, children }: Props) {
  return (
    <Base.Root open onOpenChange={(open, e) => !open && !anchor.current?.contains(e.event.target as Node) && onClose()}>
      <Base.Portal>
        <Base.Positioner className="positioner" anchor={anchor} align="end" sideOffset={6}>
          <Base.Popup className="popup popover" aria-label={label} finalFocus={anchor}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
