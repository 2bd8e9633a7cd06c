import { createStore } from 'zustand/vanilla';
import { en, t } from '../../i18n';
import * as api from '../../net/api';
import { complain, type Item, toast } from '../../ui';

/** What the simulated provider does wrong, by the wish of who tests. */
interface Choice {
  id: string;
  /** As the menu says it, after "The provider …" or "Messages …". */
  label: string;
  /** As the phone says it while it is so. */
  told: string;
}

const faults: (Choice & { body: api.Fault })[] = [
  { id: 'busy', label: en('Is too busy'), told: en('The provider is too busy'), body: { kind: 'throttle' } },
  { id: 'key', label: en('Refuses the key'), told: en('The provider refuses the key'), body: { kind: 'credentials' } },
  {
    id: 'credit',
    label: en('Wants more credit'),
    told: en('The provider wants more credit'),
    body: { kind: 'credit' },
  },
  { id: 'error', label: en('Answers with an error'), told: en('The provider answers 500'), body: { kind: 'internal' } },
  { id: 'breaks', label: en('Breaks the connection'), told: en('The connection breaks'), body: { kind: 'reset' } },
  {
    id: 'lost',
    label: en('Sends, but its answer is lost'),
    told: en('Answers of the provider are lost'),
    body: { kind: 'reset', accepted: true },
  },
];

const fates: (Choice & { body: api.Delivery })[] = [
  { id: 'late', label: en('Arrive a minute later'), told: en('Messages arrive late'), body: { after: 60_000 } },
  { id: 'failed', label: en('Are not delivered'), told: en('Messages are not delivered'), body: { status: 'failed' } },
  {
    id: 'rejected',
    label: en('Are blocked by the carrier'),
    told: en('Messages are blocked'),
    body: { status: 'rejected' },
  },
  { id: 'none', label: en('Get no receipt'), told: en('No receipts come'), body: { status: 'none' } },
];

/** What is in force; '' is none, 'other' was set by something else than this menu. */
export const troubles = createStore<{ fault: string; fate: string }>(() => ({ fault: '', fate: '' }));

const known = <T extends object>(all: { id: string; body: T }[], now: T | undefined): string =>
  now === undefined
    ? ''
    : (all.find(({ body }) => Object.entries(body).every(([k, v]) => now[k as keyof T] === v))?.id ?? 'other');

/** Asks the simulator what is in force: the lost answer before the broken connection, which it looks like. */
export async function readTroubles(): Promise<void> {
  const [f, d] = await Promise.all([api.faults(), api.deliveries()]);
  troubles.setState({ fault: known([...faults].reverse(), f[0]), fate: known(fates, d[0]) });
}

async function change(what: string, steps: () => Promise<unknown>): Promise<void> {
  try {
    await steps();
    await readTroubles();
  } catch (e) {
    complain(t(what), e);
  }
}

export const endTroubles = () =>
  change(en('The simulator could not be set'), () => Promise.all([api.clearFaults(), api.clearDeliveries()]));

const setFault = (body?: api.Fault) =>
  change(en('The simulator could not be set'), async () => {
    await api.clearFaults();
    if (body) await api.addFault(body);
  });

const setFate = (body?: api.Delivery) =>
  change(en('The simulator could not be set'), async () => {
    await api.clearDeliveries();
    if (body) await api.addDelivery(body);
  });

const later = (label: string, hours: number, done: string): Item => ({
  label: t(label),
  icon: 'clock',
  run: () =>
    void change(en('The clock could not be moved'), async () => {
      await api.moveClock(hours * 3_600_000);
      toast({ title: t(done) });
    }),
});

/** What is wrong now, in words. */
export function told(s: { fault: string; fate: string }): string[] {
  const other = t('A script has set faults');
  const one = (id: string, all: Choice[]) => {
    const choice = all.find((c) => c.id === id);
    return id === '' ? [] : [choice ? t(choice.told) : other];
  };
  return [...one(s.fault, faults), ...one(s.fate, fates)];
}

/** The menu of faults. */
export function faultItems(): Item[] {
  const { fault, fate } = troubles.getState();
  return [
    { heading: t('The provider') },
    { label: t('Takes every message'), radio: true, checked: fault === '', run: () => void setFault() },
    ...faults.map((f) => ({
      label: t(f.label),
      radio: true,
      checked: fault === f.id,
      run: () => void setFault(f.body),
    })),
    '-',
    { heading: t('Messages to the phone') },
    { label: t('Arrive'), radio: true, checked: fate === '', run: () => void setFate() },
    ...fates.map((f) => ({ label: t(f.label), radio: true, checked: fate === f.id, run: () => void setFate(f.body) })),
    '-',
    { heading: t("The provider's clock") },
    later(en('+1 hour'), 1, en("The provider's clock went on by an hour")),
    later(en('+1 day'), 24, en("The provider's clock went on by a day")),
  ];
}
