import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { Button, IconButton } from './Button';
import { dismiss, type Toast, toastStore } from './toast';

const stay = 8000; // ms

export function Toasts() {
  const toasts = useStore(toastStore, (s) => s.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((t) => (
        <One key={t.id} toast={t} />
      ))}
    </div>
  );
}

function One({ toast: t }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(t.id), stay);
    return () => clearTimeout(timer);
  }, [held, t.id]);
  const hold = {
    onPointerEnter: () => setHeld(true),
    onPointerLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  };
  return (
    <div className="toast" data-kind={t.kind} {...hold}>
      <div>
        {t.title}
        {t.detail && <small>{t.detail}</small>}
      </div>
      {t.action && (
        <Button
          size="small"
          onClick={() => {
            t.action?.run();
            dismiss(t.id);
          }}
        >
          {t.action.label}
        </Button>
      )}
      <IconButton icon="x" label="Dismiss" size="small" onClick={() => dismiss(t.id)} />
    </div>
  );
}
