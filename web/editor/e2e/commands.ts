import { expect, type Locator } from '@playwright/test';
import * as hands from './hands';

const holdsFocus = (where: Locator): Promise<boolean> =>
  where.evaluate((e) => e === document.activeElement || e.contains(document.activeElement));

/** What the items of a node of that name begin with. */
const begins = (name: string): RegExp => new RegExp(`^${name.replace(/[^\p{L}\p{N} ]/gu, '\\$&')}, `, 'u');

/** A keyboard, by which everything is found by its name. */
export class Keys extends hands.Keys {
  /** Replaces what is in the field that has the focus. */
  async retype(text: string): Promise<void> {
    await this.press('Control+a');
    await this.type(text);
  }

  async toCanvas(): Promise<void> {
    if (!(await holdsFocus(this.canvas))) await this.region(this.canvas);
  }

  /** Tab until something has the focus; where it does already, nothing. */
  async tabTo(what: Locator): Promise<void> {
    await expect(what).toBeVisible();
    if (!(await what.evaluate((e) => e === document.activeElement))) await this.tab(what);
  }

  /** Runs a command by its name. */
  async command(title: string): Promise<void> {
    await this.choose('Control+k', title);
  }

  /** Goes to a node by its name. */
  async goTo(name: string): Promise<void> {
    await this.choose('Control+p', name);
    await expect(this.page.getByRole('treeitem', { name: begins(name), selected: true })).toBeAttached();
    await expect.poll(() => holdsFocus(this.canvas)).toBe(true);
  }

  private async choose(keys: string, title: string): Promise<void> {
    const dialog = this.page.getByRole('dialog', { name: 'Command palette' });
    await this.press(keys);
    await expect(dialog.getByRole('combobox', { name: 'Command' })).toBeFocused();
    await this.type(title);
    await expect(dialog.getByRole('option', { selected: true })).toContainText(title);
    await this.press('Enter');
    await expect(dialog).toBeHidden();
  }

  /** Renames a node where it stands. */
  async rename(name: string, to: string): Promise<void> {
    await this.goTo(name);
    await this.press('F2');
    await expect(this.page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
    await this.retype(to);
    await this.press('Enter');
    await expect(this.page.getByRole('treeitem', { name: begins(to) })).toBeAttached();
  }
}

/** A mouse that moves things, too. */
export class Mouse extends hands.Mouse {
  async move(node: string, dx: number, dy: number): Promise<void> {
    const p = await this.middle(await this.drawn(node));
    await this.drag(p, { x: p.x + dx, y: p.y + dy });
  }

  async menu(node: string, item: string): Promise<void> {
    const p = await this.middle(await this.drawn(node));
    await this.page.mouse.click(p.x, p.y, { button: 'right' });
    await this.click(this.page.getByRole('menuitem', { name: item, exact: true }));
  }

  /** Renames a node where it stands. */
  async rename(node: string, to: string): Promise<void> {
    await this.menu(node, 'Rename');
    await expect(this.page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.type(to);
    // a click beside it takes it
    const c = await this.canvas.boundingBox();
    if (c) await this.page.mouse.click(c.x + c.width / 2, c.y + c.height - 8);
    await expect(this.page.getByRole('treeitem', { name: begins(to) })).toBeAttached();
  }
}
