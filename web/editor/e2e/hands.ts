import { expect, type Locator, type Page } from '@playwright/test';

/** What a person has of the editor: eyes for its regions, a mouse and a keyboard. */
export class Desk {
  readonly canvas: Locator;
  readonly palette: Locator;
  readonly form: Locator;
  readonly debug: Locator;
  readonly phone: Locator;
  readonly talk: Locator;

  constructor(readonly page: Page) {
    this.canvas = page.getByRole('application', { name: 'Flow canvas' });
    this.palette = page.getByRole('region', { name: 'Palette' });
    this.form = page.getByRole('region', { name: 'Node settings' });
    this.debug = page.getByRole('region', { name: 'Debug messages' }).getByRole('log', { name: 'Debug messages' });
    this.phone = page.getByRole('region', { name: 'Phone simulator' });
    this.talk = this.phone.getByRole('log', { name: 'Conversation' });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.canvas).toBeVisible();
  }

  /** The item that stands for a node: of that name ("Reply, send-sms"), or the one of that type ("send-sms"). */
  item(node: string): Locator {
    const name = node.includes(', ') ? node : new RegExp(`, ${node}$`);
    return this.canvas.locator('[data-item]').and(this.page.getByRole('treeitem', { name, exact: true }));
  }

  /** The node as it is drawn. */
  async drawn(name: string): Promise<Locator> {
    const id = await this.item(name).getAttribute('data-item');
    return this.canvas.locator(`.cv-node[data-id="${id}"]`);
  }

  /** Everything is deployed, nothing is on its way. */
  async deployed(): Promise<void> {
    await expect(this.page.locator('.deploy')).not.toHaveAttribute('data-ready');
    await expect(this.page.getByRole('button', { name: 'Deploy', exact: true })).toBeDisabled();
  }

  field(label: string): Locator {
    return this.form.getByLabel(label, { exact: true });
  }

  /**
   * Looks at a wire from now on; the answer tells whether it has lit up, which takes but a moment: a
   * message runs along as a dash in the colour of its source.
   */
  async watchWire(source: string, target: string): Promise<() => Promise<boolean>> {
    const ends = [
      (await this.drawn(source)).locator('.cv-port[data-side=out]').first(),
      (await this.drawn(target)).locator('.cv-port[data-side=in]'),
    ];
    const [a, b] = await Promise.all(ends.map((p) => p.boundingBox()));
    if (!a || !b) throw new Error('the wire cannot be seen');
    // What is between the two ports, without them.
    const box = {
      x0: a.x + a.width + 4,
      x1: b.x - 4,
      y0: Math.min(a.y, b.y),
      y1: Math.max(a.y, b.y) + a.height,
    };
    const colour = await (await this.drawn(source))
      .locator('.cv-tile')
      .evaluate((el) => getComputedStyle(el).backgroundColor);
    await this.canvas.evaluate(
      (root, { box, colour }) => {
        const canvas = root.querySelector('canvas');
        const ctx = canvas?.getContext('2d');
        if (!canvas || !ctx) return;
        const rgb = (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
        const r = canvas.getBoundingClientRect();
        const scale = canvas.width / r.width;
        const px = (v: number) => Math.round(v * scale);
        const look = () => {
          const { data } = ctx.getImageData(
            px(box.x0 - r.left),
            px(box.y0 - r.top),
            px(box.x1 - box.x0),
            px(box.y1 - box.y0),
          );
          for (let i = 0; i < data.length; i += 4) {
            if (rgb.every((v, c) => Math.abs((data[i + c] ?? 0) - v) < 12)) {
              root.dataset['lit'] = '';
              return;
            }
          }
          requestAnimationFrame(look);
        };
        look();
      },
      { box, colour },
    );
    return async () => (await this.canvas.getAttribute('data-lit')) !== null;
  }

  async shot(name: string): Promise<void> {
    const dir = process.env['SHOTS'];
    if (dir) await this.page.screenshot({ path: `${dir}/${name}.png` });
  }
}

/** Does everything by mouse; the keyboard only for words. */
export class Mouse extends Desk {
  /** Turns the wheel over the form until a part of it is in sight. */
  private async scrollTo(part: Locator): Promise<void> {
    const form = await this.form.getByRole('form').boundingBox();
    if (!form) return;
    for (let turns = 0; turns < 30; turns++) {
      const b = await part.boundingBox();
      if (!b || (b.y >= form.y && b.y + Math.min(b.height, 40) <= form.y + form.height)) return;
      await this.page.mouse.move(form.x + form.width / 2, form.y + form.height / 2);
      await this.page.mouse.wheel(0, b.y < form.y ? -300 : 300);
      await expect.poll(async () => (await part.boundingBox())?.y).not.toBe(b.y);
    }
  }

  protected async middle(of: Locator, part: 'left' | 'middle' | 'right' = 'middle'): Promise<{ x: number; y: number }> {
    await expect(of).toBeVisible();
    let b = await of.boundingBox();
    // It may still move: a person waits for that.
    await expect(async () => {
      const before = b;
      b = await of.boundingBox();
      expect(b).toEqual(before);
    }).toPass();
    if (!b) throw new Error('it has no place on the page');
    const x = part === 'left' ? b.x : part === 'right' ? b.x + b.width : b.x + b.width / 2;
    return { x, y: b.y + b.height / 2 };
  }

  protected async drag(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + (to.x - from.x) / 3, from.y + (to.y - from.y) / 3, { steps: 3 });
    await mouse.move(to.x, to.y, { steps: 6 });
    await mouse.up();
  }

  async click(what: Locator): Promise<void> {
    const p = await this.middle(what);
    await this.page.mouse.click(p.x, p.y);
  }

  /** Looks for nodes in the palette. */
  async find(words: string): Promise<void> {
    await this.click(this.palette.getByRole('searchbox', { name: 'Search nodes' }));
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.type(words);
  }

  /** Texts the flow. */
  async text(words: string): Promise<void> {
    await this.click(this.phone.getByRole('textbox', { name: 'Message' }));
    await this.page.keyboard.type(words);
    await this.click(this.phone.getByRole('button', { name: 'Send', exact: true }));
  }

  /** Drags a type from the palette to a place on the canvas, given in parts of its size. */
  async place(type: string, x: number, y: number): Promise<void> {
    const from = await this.middle(this.palette.getByRole('button', { name: type, exact: true }).first());
    const c = await this.canvas.boundingBox();
    if (!c) throw new Error('no canvas');
    await this.drag(from, { x: c.x + c.width * x, y: c.y + c.height * y });
  }

  /** Draws a wire between the first output of one node and the input of another. */
  async wire(source: string, target: string): Promise<void> {
    const from = await this.middle((await this.drawn(source)).locator('.cv-port[data-side=out]').first());
    const to = await this.middle((await this.drawn(target)).locator('.cv-port[data-side=in]'));
    await this.drag(from, to);
  }

  /** Rests on a port, or on the node. */
  async hover(node: string, side?: 'in' | 'out'): Promise<void> {
    const drawn = await this.drawn(node);
    const p = await this.middle(side ? drawn.locator(`.cv-port[data-side=${side}]`).first() : drawn);
    await this.page.mouse.move(p.x, p.y, { steps: 3 });
  }

  /** Opens a node's form. */
  async settings(name: string): Promise<void> {
    const p = await this.middle(await this.drawn(name));
    await this.page.mouse.dblclick(p.x, p.y);
    await expect(this.form).toBeVisible();
  }

  async done(): Promise<void> {
    await this.click(this.form.getByRole('button', { name: 'Done' }));
  }

  async deploy(): Promise<void> {
    await this.click(this.page.getByRole('button', { name: 'Deploy', exact: true }));
    await this.deployed();
  }

  /** Clicks something in the form, wherever it is scrolled to. */
  async press(what: Locator): Promise<void> {
    await this.scrollTo(what);
    await this.click(what);
  }

  /** Clicks a field of the form and types into it. */
  async fill(label: string, text: string): Promise<void> {
    await this.scrollTo(this.field(label));
    await this.click(this.field(label));
    await expect(this.field(label)).toBeFocused();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.type(text);
  }
}

/** Does everything by keyboard and looks where the focus is. */
export class Keys extends Desk {
  async press(...chords: string[]): Promise<void> {
    for (const chord of chords) await this.page.keyboard.press(chord);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** F6 until the focus is in a region. */
  async region(region: Locator): Promise<void> {
    const here = () => region.evaluate((el) => el.contains(document.activeElement));
    const way: string[] = [];
    for (let i = 0; i < 8; i++) {
      await this.press('F6');
      if (await here()) return;
      way.push(await this.focus());
    }
    throw new Error(`F6 leads to ${way.join(', ')}, not to ${region}`);
  }

  /** What stands on the element that has the focus. */
  focusedText(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.textContent ?? '');
  }

  /** What has the focus, for a message. */
  private focus(): Promise<string> {
    return this.page.evaluate(() => {
      const el = document.activeElement;
      return `${el?.tagName.toLowerCase()} “${(el?.getAttribute('aria-label') ?? el?.textContent ?? '').slice(0, 30)}”`;
    });
  }

  /** Tab until an element has the focus. */
  async tab(to: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await expect(to).toBeAttached();
    const way: string[] = [];
    for (let i = 0; i < 40; i++) {
      await this.press(key);
      if (await to.evaluate((el) => el === document.activeElement)) return;
      way.push(await this.focus());
    }
    throw new Error(`${key} leads to ${way.join(', ')}, not to ${to}`);
  }

  /** Adds a node after the one that is selected. */
  async add(type: string): Promise<void> {
    await this.press('/');
    await expect(this.page.getByRole('combobox', { name: 'Add a node' })).toBeFocused();
    await this.type(type);
    await this.press('Enter');
    await expect(this.canvas).toBeFocused();
  }

  /** The node that has the focus of the canvas. */
  async at(node: string): Promise<void> {
    await expect(this.canvas).toBeFocused();
    const item = this.item(node);
    await expect
      .poll(async () => this.canvas.getAttribute('aria-activedescendant'))
      .toBe(await item.getAttribute('id'));
  }

  /** Tabs to a field of the form and types into it. */
  async fill(label: string, text: string): Promise<void> {
    await this.tab(this.field(label));
    await this.press('Control+a');
    await this.type(text);
  }

  /** Opens the form of the focused node. */
  async settings(): Promise<void> {
    await this.press('Enter');
    await expect(this.field('Name')).toBeFocused();
  }

  /** Makes an account inline, in the form of a node that needs one. */
  async newAccount(name: string): Promise<void> {
    await this.tab(this.field('Vonage'));
    await this.press('Alt+Enter');
    await expect(this.field('API key')).toBeVisible();
    await expect(this.field('Name')).toBeFocused();
    await this.type(name);
    await this.press('Control+Enter');
    await expect(this.field('Vonage')).toBeFocused();
    await expect(this.field('Vonage')).toContainText(name);
  }

  async done(): Promise<void> {
    await this.press('Control+Enter');
    await expect(this.canvas).toBeFocused();
  }

  async deploy(): Promise<void> {
    await this.press('Control+d');
    await this.deployed();
  }

  /** Texts the flow. */
  async text(words: string): Promise<void> {
    await this.region(this.phone);
    await expect(this.phone.getByRole('textbox', { name: 'Message' })).toBeFocused();
    await this.type(words);
    await this.press('Enter');
  }
}
