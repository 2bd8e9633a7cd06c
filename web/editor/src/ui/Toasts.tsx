import { useEffect, useLayoutEffect, useState } from 'react';
import { useStore } from 'zustand';
import { t } from '../i18n';
import { Button, IconButton } from './Button';
import { dismiss, type Toast, toastStore } from './toast';

const stay = 8000; // ms
const glance = 4000; // when there is no more than a title to read

export function Toasts() {
  const toasts = useStore(toastStore, (s) => s.toasts);
  const place = useCorner(toasts.length > 0);
  return (
    <div className="toasts" role="status" aria-live="polite" style={place}>
      {toasts.map((t) => (
        <One key={t.id} toast={t} />
      ))}
    </div>
  );
}

/** The corner of the canvas: there a toast hides neither form nor phone nor debug messages. */
function useCorner(wanted: boolean): { right: number; bottom: number } | undefined {
  const [place, setPlace] = useState<{ right: number; bottom: number }>();
  useLayoutEffect(() => {
    const stage = wanted ? document.querySelector('.stage') : null;
    if (!stage) {
      setPlace(undefined);
      return;
    }
    const measure = () => {
      const r = stage.getBoundingClientRect();
      setPlace(r.width < 300 ? undefined : { right: innerWidth - r.right + 16, bottom: innerHeight - r.bottom + 16 });
    };
    measure();
    const sized = new ResizeObserver(measure);
    sized.observe(stage);
    return () => sized.disconnect();
  }, [wanted]);
  return place;
}

function One({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  const brief = toast.kind !== 'error' && !toast.detail && !toast.action;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(toast.id), brief ? glance : stay);
    return () => clearTimeout(timer);
  }, [held, toast.id, brief]);
  const hold = {
    onPointerEnter: () => setHeld(true),
    onPointerLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  };
  return (
    <div className="toast" data-kind={toast.kind} {...hold}>
      <div>
        {toast.title}
        {toast.detail && <small>{toast.detail}</small>}
      </div>
      {toast.action && (
        <Button
          size="small"
          onClick={() => {
            toast.action?.run();
            dismiss(toast.id);
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton icon="x" label={t('Dismiss')} size="small" onClick={() => dismiss(toast.id)} />
    </div>
  );
}
