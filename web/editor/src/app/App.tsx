import { useStore } from 'zustand';
import { docStore } from '../model/doc-store';
import { authStore } from '../net/http';
import { Button, Empty } from '../ui';
import { Canvas } from '../view/Canvas';
import { bootStore, start } from './boot';
import { useSession } from './session';

export function App() {
  const asked = useStore(authStore, (s) => s.asked);
  const { state, error } = useStore(bootStore);
  const tab = useSession((s) => s.tab);
  const n = useStore(docStore, (s) => Object.keys(s.doc.nodes).length);
  if (asked) return <Empty title="Token" />;
  if (state === 'loading') return <Empty title="Opening your flows…" />;
  if (state === 'failed')
    return (
      <Empty icon="wifi-off" title={error}>
        <Button onClick={() => start()}>Try again</Button>
      </Empty>
    );
  return (
    <main>
      {n}
      <Canvas tab={tab} />
    </main>
  );
}
