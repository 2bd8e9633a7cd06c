import type { ComponentProps, ReactNode } from 'react';
import { useStore } from 'zustand';
import { ariaChord, chordParts } from '../actions/keys';
import { actionStore, keysOf } from '../actions/registry';
import { Icon } from './Icon';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  size?: 'normal' | 'small';
  icon?: string;
  children?: ReactNode;
}

export function Button({ kind = 'plain', size = 'normal', icon, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={className ? `btn ${className}` : 'btn'}
      data-kind={kind}
      data-size={size}
      {...rest}
    >
      {icon && <Icon name={icon} size={size === 'small' ? 14 : 16} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  icon: string;
  /** Its name, shown as a tooltip. */
  label: string;
  /** The action whose keys stand in the tooltip. */
  action?: string;
}

/** A button that is an icon; its name and keys are in its tooltip. */
export function IconButton({
  icon,
  label,
  action,
  kind = 'quiet',
  size = 'normal',
  className,
  ...rest
}: IconButtonProps) {
  const chord = useStore(actionStore, (s) => {
    const a = action === undefined ? undefined : s.actions.get(action);
    return a && keysOf(a)[0];
  });
  return (
    <button
      type="button"
      className={className ? `btn ${className}` : 'btn'}
      data-kind={kind}
      data-size={size}
      data-icon=""
      data-tip={label}
      data-chord={chord}
      aria-label={label}
      aria-keyshortcuts={chord && ariaChord(chord)}
      {...rest}
    >
      <Icon name={icon} size={size === 'small' ? 14 : 16} />
    </button>
  );
}

/** Keys as people see them on the keyboard. */
export function Kbd({ chord }: { chord: string }) {
  return (
    <span className="kbd" aria-hidden="true">
      {chordParts(chord).map((p) => (
        <kbd key={p}>{p}</kbd>
      ))}
    </span>
  );
}
