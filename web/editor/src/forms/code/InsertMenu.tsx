import { Menu } from '@base-ui/react/menu';
import { Braces } from 'lucide-react';
import { useRef } from 'react';
import { en, t } from '../../i18n';
import { useLastInput } from '../host';
import { type Leaf, pathsOf } from '../paths';
import css from '../style';

const usual: Leaf[] = [
  { path: 'payload', sample: '', kind: '' },
  { path: 'payload.text', sample: en('the text of an SMS'), kind: '' },
  { path: 'payload.msisdn', sample: en('who sent it'), kind: '' },
  { path: 'payload.to', sample: en('the number it came to'), kind: '' },
  { path: 'topic', sample: '', kind: '' },
];

interface Props {
  owner: string;
  field: string;
  onPick: (path: string) => void;
  /** What has the focus when something was picked: one goes on typing there. */
  into: () => HTMLElement | undefined;
}

/** The {} mark of a template: what can be put into it. */
export function InsertMenu({ owner, field, onPick, into }: Props) {
  const picked = useRef(false);
  const last = useLastInput(owner);
  const found = pathsOf(last?.msg)
    .filter((x) => x.kind !== 'object' && !/^(req|res)\b/.test(x.path))
    .slice(0, 40);
  const leaves = found.length ? found : usual;
  return (
    <Menu.Root
      modal={false}
      onOpenChange={(open) => {
        if (open) picked.current = false;
      }}
    >
      <Menu.Trigger
        className={css.mini}
        aria-label={t('Insert a value, {{field}}', { field })}
        title={t('Insert a value of the message')}
      >
        <Braces size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className={css.positioner} align="end" sideOffset={4}>
          <Menu.Popup className={css.popup} finalFocus={() => (picked.current && into()) || true}>
            <div className={css.popupHead}>{found.length ? t('In the last message') : t('Usual in messages')}</div>
            {leaves.map((x) => (
              <Menu.Item
                key={x.path}
                className={css.item}
                onClick={() => {
                  picked.current = true;
                  onPick(x.path.startsWith('[') ? `msg${x.path}` : `msg.${x.path}`);
                }}
              >
                <code className={css.path}>{x.path}</code>
                <span className={css.sample}>{found.length ? x.sample : x.sample && t(x.sample)}</span>
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
