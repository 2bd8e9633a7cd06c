import { run } from '../actions/registry';
import { t } from '../i18n';
import { percent } from '../i18n/format';
import { Button, IconButton } from '../ui';
import { useSession } from './session';

/** Zooming for those who have a mouse and no keys at hand. It tells how large the flow is drawn. */
export function ZoomBar() {
  const zoom = useSession((s) => s.viewport[s.tab]?.zoom ?? 1);
  return (
    <div className="zoom-bar" role="group" aria-label={t('Zoom')}>
      <IconButton
        icon="minus"
        size="small"
        label={t('Zoom out')}
        action="canvas.zoom-out"
        onClick={() => run('canvas.zoom-out')}
      />
      <Button size="small" kind="quiet" data-tip={t('Zoom to 100 %')} onClick={() => run('canvas.zoom-100')}>
        {percent(zoom)}
        <span className="away">, {t('Zoom to 100 %')}</span>
      </Button>
      <IconButton
        icon="plus"
        size="small"
        label={t('Zoom in')}
        action="canvas.zoom-in"
        onClick={() => run('canvas.zoom-in')}
      />
      <IconButton
        icon="maximize"
        size="small"
        label={t('Show the whole flow')}
        action="canvas.fit"
        onClick={() => run('canvas.fit')}
      />
    </div>
  );
}
