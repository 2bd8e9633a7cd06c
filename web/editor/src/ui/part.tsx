import { Component, type ComponentType, lazy, type ReactNode, Suspense, useEffect, useReducer, useRef } from 'react';
import { t } from '../i18n';
import { Button } from './Button';
import { Empty } from './controls';

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

/** What is fetched before it is asked for, when there is nothing else to do. */
const later: (() => Promise<unknown>)[] = [];

/** Has something fetched as soon as the browser is idle, so that it is there when the server is not. */
export function fetchSoon(load: () => Promise<unknown>): void {
  later.push(load);
  if (idle) next();
}

let idle = false;
let busy = false;

/** From now on fetches what waits, one after the other. */
export function startFetching(): void {
  idle = true;
  next();
}

function next(): void {
  const load = later[0];
  if (busy || !load) return;
  busy = true;
  const soon = window.requestIdleCallback ?? ((f: () => void) => window.setTimeout(f, 200));
  soon(() => {
    load().then(
      () => {
        later.shift();
        busy = false;
        next();
      },
      () => {
        // The server is away: what is missing is fetched when somebody wants it, or with the next part.
        busy = false;
        idle = false;
      },
    );
  });
}

/** The files of a part did not come. */
class Missing extends Error {}

interface PartOptions {
  /** Shown until it is there. */
  wait?: ReactNode;
  /** It opens over everything: what goes wrong is told in a dialog, and this closes it. */
  close?: () => void;
}

/** The files of a part: fetched once, and again only where that failed. */
class Source<P> {
  private one: ComponentType<P>;
  private failed = false;

  constructor(private load: Load<P>) {
    this.one = this.wanted();
  }

  /** Fetches it, if it is not there. */
  fetch: Load<P> = async () => {
    try {
      const m = await this.load();
      this.one = m.default;
      return m;
    } catch (e) {
      this.failed = true;
      throw new Missing(e instanceof Error ? e.message : String(e));
    }
  };

  private wanted(): ComponentType<P> {
    return lazy(this.fetch) as unknown as ComponentType<P>;
  }

  /** What to draw: what is there already is drawn at once. */
  current(): ComponentType<P> {
    if (this.failed) {
      this.failed = false;
      this.one = this.wanted();
    }
    return this.one;
  }
}

/** A component with files of its own. */
export interface PartType<P> {
  (props: P): ReactNode;
  /** Fetches the files ahead. */
  fetch: () => Promise<unknown>;
}

/** A component with files of its own. Where they cannot be fetched it says so and offers to try again. */
export function part<P extends object>(what: string, load: Load<P>, o: PartOptions = {}): PartType<P> {
  const source = new Source(load);
  fetchSoon(source.fetch);
  const drawn = source as unknown as Source<object>;
  return Object.assign((props: P) => <Part what={what} source={drawn} options={o} props={props} />, {
    fetch: source.fetch,
  });
}

interface PartProps {
  what: string;
  source: Source<object>;
  options: PartOptions;
  /** What the component is given. */
  props: object;
}

function Part({ what, source, options, props }: PartProps) {
  // One and the same for as long as it is shown, or what it holds would be gone.
  const [One, again] = useReducer(
    () => source.current(),
    null,
    () => source.current(),
  );
  return (
    <Guard what={what} close={options.close} again={again}>
      <Suspense fallback={options.wait ?? null}>
        <One {...props} />
      </Suspense>
    </Guard>
  );
}

interface GuardProps {
  what: string;
  close: (() => void) | undefined;
  again: () => void;
  children: ReactNode;
}

class Guard extends Component<GuardProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    const { what, close, again, children } = this.props;
    if (!error) return children;
    const away = error instanceof Missing;
    const said = (
      <Empty
        icon={away ? 'wifi-off' : 'triangle-alert'}
        title={t(away ? '{{part}} could not be fetched' : '{{part}} stopped working', { part: t(what) })}
      >
        <p className="hint">{away ? t('The server cannot be reached. Nothing is lost.') : error.message}</p>
        <div className="row">
          {close && <Button onClick={close}>{t('Close')}</Button>}
          <Button
            kind="primary"
            onClick={() => {
              again();
              this.setState({ error: null });
            }}
          >
            {t('Try again')}
          </Button>
        </div>
      </Empty>
    );
    return close ? (
      <Modal label={t(what)} close={close}>
        {said}
      </Modal>
    ) : (
      said
    );
  }
}

/** The browser's own dialog: it needs nothing that would have to be fetched. */
function Modal({ label, close, children }: { label: string; close: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current?.showModal();
    ref.current?.querySelector<HTMLElement>('[data-kind=primary]')?.focus();
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      data-size="small"
      data-open=""
      aria-label={label}
      onCancel={(e) => {
        e.preventDefault();
        close();
      }}
    >
      {children}
    </dialog>
  );
}
