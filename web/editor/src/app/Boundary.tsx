import { Component, type ErrorInfo, type ReactNode } from 'react';
import { t } from '../i18n';
import { Button, Empty } from '../ui';

interface Props {
  /** What is inside, for the message. */
  what: string;
  children: ReactNode;
}

/** Keeps a fault of one part from taking all with it. */
export class Boundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Empty icon="triangle-alert" title={t('{{part}} stopped working', { part: this.props.what })}>
        <p className="hint">{error.message}</p>
        <p className="hint">{t('Nothing is lost: your changes are kept in this browser.')}</p>
        <Button onClick={() => this.setState({ error: null })}>{t('Show it again')}</Button>
      </Empty>
    );
  }
}
