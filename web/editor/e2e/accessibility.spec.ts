import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { sources, views } from '../scripts/views.mjs';
import { expect, type Rec, Server, test } from './server';

// Axe with all its rules on every main view, in the dark with those about colour; some on a phone, too.

const servers = new Map<string, Promise<Server>>();

function serverOf(flow: string): Promise<Server> {
  let server = servers.get(flow);
  if (!server) {
    const made = sources[flow]?.() ?? [];
    server = Server.of({ flows: typeof made === 'string' ? (JSON.parse(made) as Rec[]) : made });
    servers.set(flow, server);
  }
  return server;
}

test.afterAll(async () => {
  for (const s of servers.values()) await (await s).remove();
  servers.clear();
});

const onPhones = new Set([
  'welcome',
  'reply',
  'talk',
  'talk-faults',
  'debug',
  'form',
  'menu',
  'deploy',
  'palette',
  'settings',
]);
const phone = { width: 390, height: 844 };

/** What opens is judged when it can be seen: while it is placed, or fades in, axe takes it for hidden. */
const allOpen = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('[role=dialog], [role=menu], [role=listbox]')].every((e) =>
      e.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    ),
  );

for (const [name, view] of Object.entries(views)) {
  if (view.look || view.flow === 'big') continue; // big is as any other, 2,000 times
  for (const size of onPhones.has(name) ? ['desk', 'phone'] : ['desk']) {
    test(`${name}, ${size}`, async ({ page }) => {
      const server = await serverOf(view.flow);
      const call = (path: string, init: RequestInit = {}) =>
        fetch(`${server.origin}/admin/${path}`, { ...init, headers: { Authorization: `Bearer ${server.token}` } });
      if (size === 'phone') await page.setViewportSize(phone);
      await view.before?.(page);
      await page.goto(view.signedOut ? `${server.origin}/admin/` : server.url);
      if (!view.signedOut) await expect(page.getByRole('application', { name: 'Flow canvas' })).toBeVisible();
      await view.act?.(page, { call });
      await expect.poll(() => allOpen(page)).toBe(true);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
        const axe = new AxeBuilder({ page });
        // The other theme changes colours only.
        if (colorScheme === 'dark') axe.withRules(['color-contrast', 'link-in-text-block']);
        const { violations } = await axe.analyze();
        const told = violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.map((n) => `  ${n.html}`).join('\n')}`);
        expect(told, `${name} on ${size}, ${colorScheme}`).toEqual([]);
      }
      await view.after?.({ call });
    });
  }
}
