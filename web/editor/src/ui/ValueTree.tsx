import { type KeyboardEvent, memo, useState } from 'react';
import { t } from '../i18n';
import { isPinned, leadsToPin, pinned } from '../model/pins';
import { copyText, nested, pathText, quoted, type Value } from '../model/shown';
import { IconButton } from './Button';
import { Icon } from './Icon';
import { toast } from './toast';

const step = 100; // children shown at once

export async function copy(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ title: said });
  } catch {
    toast({ kind: 'error', title: t('The browser did not allow copying') });
  }
}

interface Props {
  value: Value;
  /** What the tree is called: "payload". */
  name?: string | undefined;
  path?: string[];
  inArray?: boolean[];
  open?: boolean;
  /** Absent: nothing can be pinned. */
  pins?: Pins | undefined;
}

/** What is pinned of a value. */
export interface Pins {
  /** Where the value itself is. */
  base: readonly string[];
  paths: readonly string[][];
  toggle(path: string[]): void;
}

const isText = (v: Value): boolean => v.kind === 'string' || v.kind === 'words' || (v.kind === 'buffer' && !v.children);

/** A value to look into. Every line has its path and its value to copy. */
export const ValueTree = memo(function ValueTree({ value, name, path = [], inArray = [], open = false, pins }: Props) {
  const inside = pins !== undefined && path.length > pins.base.length;
  const [opened, setOpened] = useState(open || (inside && leadsToPin(pins.paths, path)));
  const [asked, setAsked] = useState(open);
  if (asked !== open) {
    setAsked(open);
    setOpened(open);
  }
  const [most, setMost] = useState(step);
  const children = value.children;
  const canOpen =
    (children !== undefined && children.length > 0) ||
    (isText(value) && (value.text.length > 120 || value.text.includes('\n')));
  const onKey = (e: KeyboardEvent) => {
    if (e.target !== e.currentTarget || e.ctrlKey || e.altKey || e.metaKey) return;
    if (inside && e.key.toLowerCase() === 'p') pins.toggle(path);
    else if (!canOpen) return;
    else if (e.key === 'ArrowRight' && !opened) setOpened(true);
    else if (e.key === 'ArrowLeft' && opened) setOpened(false);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const isHere = inside && isPinned(pins.paths, path);
  const array = value.kind === 'array' || value.kind === 'buffer';
  return (
    <div className="vt">
      <div className="vt-line">
        {canOpen ? (
          <button
            type="button"
            className="vt-toggle"
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
            onKeyDown={onKey}
          >
            <Icon name={opened ? 'chevron-down' : 'chevron-right'} size={12} />
            {name !== undefined && <span className="vt-key">{name}:</span>}
            {pins && !inside && !opened ? <Glance value={value} pins={pins} /> : <Shown value={value} open={opened} />}
          </button>
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: the button beside it does the same
          <span className="vt-toggle vt-leaf" tabIndex={-1} onKeyDown={onKey}>
            {name !== undefined && <span className="vt-key">{name}:</span>}
            <Shown value={value} open={false} />
          </span>
        )}
        <span className="vt-tools" data-pinned={isHere || undefined}>
          {inside && (
            <IconButton
              icon="pin"
              size="small"
              label={isHere ? t('Unpin') : t('Pin')}
              className={isHere ? 'vt-pinned' : undefined}
              onClick={() => pins.toggle(path)}
            />
          )}
          {path.length > 0 && (
            <IconButton
              icon="route"
              size="small"
              label={t('Copy path')}
              onClick={() => copy(pathText(path, inArray), t('Path copied'))}
            />
          )}
          <IconButton
            icon="copy"
            size="small"
            label={t('Copy value')}
            onClick={() => copy(copyText(value.raw), t('Value copied'))}
          />
        </span>
      </div>
      {opened && isText(value) && (
        <pre className="vt-text" data-kind={value.kind}>
          {value.text}
        </pre>
      )}
      {opened && children && (
        <div className="vt-children">
          {children.slice(0, most).map(([k, v]) => (
            <ValueTree
              key={k}
              name={k}
              value={nested(v)}
              path={[...path, k]}
              inArray={[...inArray, array]}
              pins={pins}
            />
          ))}
          {children.length > most && (
            <button type="button" className="link" onClick={() => setMost(most + step)}>
              {t('{{count}} more', { count: children.length - most })}
            </button>
          )}
          {value.length !== undefined && value.length > children.length && (
            <span className="hint">{t('{{count}} more were not sent', { count: value.length - children.length })}</span>
          )}
        </div>
      )}
    </div>
  );
});

/** A closed value: what is pinned of it, or all of it on one line. */
function Glance({ value, pins }: { value: Value; pins: Pins }) {
  const all = pinned(value, pins.base, pins.paths);
  if (all.length === 0) return <Shown value={value} open={false} />;
  return (
    <span className="vt-value">
      {all.map(([name, v]) => (
        <span key={name} className="vt-pin">
          <span className="vt-key">{name}:</span> <Shown value={v} open={false} />
        </span>
      ))}
    </span>
  );
}

function Shown({ value, open }: { value: Value; open: boolean }) {
  if (open && value.children)
    return (
      <span className="vt-value vt-meta">
        {value.kind === 'array'
          ? `array[${value.length ?? value.children.length}]`
          : value.kind === 'error'
            ? value.text
            : t('object')}
      </span>
    );
  const text = value.kind === 'string' ? quoted(value.text, 300) : value.text;
  return (
    <span className="vt-value" data-kind={value.kind}>
      {text}
    </span>
  );
}
