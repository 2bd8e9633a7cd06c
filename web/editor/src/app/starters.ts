import { en, t } from '../i18n';
import { commit } from '../model/doc-store';
import { addConfig, addNode, wire } from '../model/ops/nodes';
import { nodeTypes } from '../model/schema';
import type { FlowDoc, Id, Rec } from '../model/types';
import { current } from '../view/canvas-view';
import { select, useSession } from './session';

interface Step {
  type: string;
  x: number;
  y: number;
  more?: Rec;
  /** Wired from the first output of the step with this number. */
  from?: number;
}

/** The account that is there already, or a new one. */
function account(d: FlowDoc): Id | undefined {
  const known = Object.values(d.nodes).find((n) => n.kind === 'config' && n.type === 'vonage');
  if (known) return known.id;
  return 'vonage' in nodeTypes
    ? addConfig(d as Parameters<typeof addConfig>[0], 'vonage', { name: t('Account') })
    : undefined;
}

function build(label: string, steps: Step[]): void {
  const z = useSession.getState().tab;
  const made: Id[] = [];
  commit(label, (d) => {
    for (const s of steps) {
      if (!(s.type in nodeTypes)) {
        made.push('');
        continue;
      }
      const more: Rec = { ...s.more };
      if (s.type === 'send-sms') {
        const a = account(d as FlowDoc);
        if (a) more['vonage'] = a;
      }
      const id = addNode(d, s.type, z, s.x, s.y, more);
      made.push(id);
      const from = s.from === undefined ? '' : (made[s.from] ?? '');
      if (from) wire(d, { source: from, port: 0, target: id });
    }
  });
  select({ nodes: new Set(made.filter(Boolean)) });
  requestAnimationFrame(() => current.view?.fit());
}

export const starters = [
  {
    title: en('Reply to an SMS'),
    hint: en('A text comes in, an answer goes out'),
    icon: 'messages-square',
    run: () =>
      build(t('Reply to an SMS'), [
        { type: 'http-in', x: 160, y: 160, more: { name: t('Text arrives'), url: '/sms', method: 'get' } },
        { type: 'http-response', x: 420, y: 100, more: { name: t('Got it'), statusCode: '200' }, from: 0 },
        {
          type: 'send-sms',
          x: 420,
          y: 160,
          more: {
            name: t('Reply'),
            from: '<<msg.payload.to>>',
            to: '<<msg.payload.msisdn>>',
            text: t('You said <<msg.payload.text>>'),
          },
          from: 0,
        },
        { type: 'debug', x: 420, y: 220, more: { name: t('What came') }, from: 0 },
      ]),
  },
  {
    title: en('Scheduled text'),
    hint: en('Every weekday at nine'),
    icon: 'calendar-clock',
    run: () =>
      build(t('Scheduled text'), [
        { type: 'inject', x: 160, y: 160, more: { name: t('Weekdays at nine'), crontab: '0 9 * * 1-5' } },
        {
          type: 'send-sms',
          x: 400,
          y: 160,
          more: { name: t('Good morning'), from: '447700900000', to: '447700900001', text: t('Good morning!') },
          from: 0,
        },
        { type: 'debug', x: 640, y: 160, more: { name: t('What the provider says') }, from: 1 },
      ]),
  },
  {
    title: en('Press a button'),
    hint: en('An inject and a debug: see a message move'),
    icon: 'circle-play',
    run: () =>
      build(t('Press a button'), [
        { type: 'inject', x: 160, y: 160, more: { name: t('Press me') } },
        { type: 'debug', x: 400, y: 160, more: { name: t('Look here') }, from: 0 },
      ]),
  },
];
