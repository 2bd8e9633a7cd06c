// A flow as large as they get: n nodes in chains and fans, a quarter more wires than nodes.
export function bigFlow(nodes = 2000, wires = 2500) {
  const flow = [{ id: 'big', type: 'tab', label: 'Big', disabled: false, info: '' }];
  const types = ['inject', 'change', 'switch', 'template', 'change', 'debug'];
  const columns = 6;
  const all = [];
  for (let i = 0; i < nodes; i++) {
    const type = types[i % types.length];
    const row = Math.floor(i / columns);
    const block = Math.floor(row / 56); // blocks of 56 rows side by side, as people lay flows out
    const node = {
      id: `n${i}`,
      type,
      z: 'big',
      name: i % 5 === 0 ? '' : `${type} ${i} of the flow`.slice(0, 12 + (i % 14)),
      x: 160 + (i % columns) * 260 + block * 1800,
      y: 80 + (row % 56) * 60,
      wires: [],
    };
    if (type === 'inject')
      Object.assign(node, {
        props: [{ p: 'payload' }],
        repeat: '',
        crontab: '',
        once: false,
        payload: '',
        payloadType: 'date',
      });
    if (type === 'change') node.rules = [{ t: 'set', p: 'payload', pt: 'msg', to: 'x', tot: 'str' }];
    if (type === 'switch') {
      node.property = 'payload';
      node.propertyType = 'msg';
      node.rules = [{ t: 'eq', v: 'a', vt: 'str' }, { t: 'else' }];
      node.checkall = 'true';
      node.outputs = 2;
    }
    if (type === 'template')
      Object.assign(node, { field: 'payload', fieldType: 'msg', template: 'Hello {{payload}}', syntax: 'mustache' });
    if (type === 'debug')
      Object.assign(node, { active: false, tosidebar: true, complete: 'payload', targetType: 'msg' });
    all.push(node);
  }
  let made = 0;
  const wire = (a, port, b) => {
    if (made >= wires || !all[b] || all[a].type === 'debug' || all[b].type === 'inject') return;
    while (all[a].wires.length <= port) all[a].wires.push([]);
    if (all[a].wires[port].includes(`n${b}`)) return;
    all[a].wires[port].push(`n${b}`);
    made++;
  };
  for (let i = 0; i + 1 < nodes; i++) if (i % columns !== columns - 1) wire(i, 0, i + 1);
  for (let i = 0; made < wires && i + 8 < nodes * 3; i++) {
    const a = (i * 7) % nodes;
    wire(a, all[a].type === 'switch' ? 1 : 0, a + 1 + columns * (1 + (i % 3)));
  }
  return [...flow, ...all];
}
