import { useStore } from 'zustand';
import { t } from '../../i18n';
import { Icon } from '../../ui';
import { fileStore } from './file';

/** Says over everything that a file which is held over the window can be dropped. */
export function DropHint() {
  const over = useStore(fileStore, (s) => s.over);
  return (
    over && (
      <div className="drop-hint" aria-hidden="true">
        <p>
          <Icon name="file-json" size={20} />
          {t('Drop a flow file to import it')}
        </p>
      </div>
    )
  );
}
