import { Menu } from '@base-ui/react/menu';
import { Check, ChevronDown } from 'lucide-react';
import type { RefObject } from 'react';
import css from '../style';
import type { ValueType } from './types';

interface Props {
  button: RefObject<HTMLButtonElement | null>;
  types: ValueType[];
  current: ValueType;
  label: string;
  /** The type has no value: its name fills the field. */
  full: boolean;
  onPick: (name: string) => void;
}

/** The button before a typed value and its menu. */
export function TypeMenu({ button, types, current, label, full, onPick }: Props) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        ref={button}
        className={css.type}
        aria-label={[label, full ? '' : current.mark, current.label].filter(Boolean).join(', ')}
        title={current.label}
        data-full={full ? '' : undefined}
        data-editor={full ? '' : undefined}
      >
        <span>{full ? current.label : current.mark}</span>
        <ChevronDown size={12} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className={css.positioner} align="start" sideOffset={4}>
          <Menu.Popup className={css.popup}>
            <Menu.RadioGroup value={current.name} onValueChange={(v: string) => onPick(v)}>
              {types.map((x) => (
                <Menu.RadioItem key={x.name} value={x.name} className={css.item} closeOnClick>
                  <span className={css.mark}>{x.mark === x.label.toLowerCase() ? '' : x.mark}</span>
                  <span>{x.label}</span>
                  <Menu.RadioItemIndicator className={css.check}>
                    <Check size={14} aria-hidden="true" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
