'use strict'
// Flowrill's page: the flows, what they show, and a phone to text them with.

const $ = (id) => document.getElementById(id)
const make = (tag, className, text) => {
  const e = document.createElement(tag)
  if (className) e.className = className
  if (text !== undefined) e.textContent = text
  return e
}

// ---- the token: in the address's fragment, then in this tab only
const fragment = new URLSearchParams(location.hash.slice(1))
if (fragment.get('token')) {
  sessionStorage.setItem('token', fragment.get('token'))
  history.replaceState(null, '', location.pathname + location.search)
}
const token = () => sessionStorage.getItem('token') || ''

async function call(path, options = {}) {
  const headers = { Accept: 'application/json', ...options.headers }
  if (token()) headers.Authorization = 'Bearer ' + token()
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  return fetch(path, { ...options, headers })
}
async function json(path, options) {
  const r = await call(path, options)
  if (!r.ok) throw Object.assign(new Error((await r.text()).slice(0, 300)), { status: r.status })
  return r.json()
}

function askToken(refused) {
  $('main').hidden = true
  $('online').hidden = true
  $('login').hidden = false
  $('refused').hidden = !refused
  $('token').focus()
}
$('login').addEventListener('submit', (e) => {
  e.preventDefault()
  sessionStorage.setItem('token', $('token').value.trim().replace(/^.*#token=/, ''))
  $('token').value = ''
  start()
})

// ---- flows
const nodes = new Map() // id -> {name, status element}

function nameOf(n) { return n.name || n.label || n.type }

async function showFlows() {
  const { flows } = await json('flows', { headers: { 'Node-RED-API-Version': 'v2' } })
  nodes.clear()
  const list = $('flows')
  list.replaceChildren()
  for (const n of flows) nodes.set(n.id, { name: nameOf(n), status: null })
  for (const tab of flows.filter((n) => n.type === 'tab')) {
    list.append(make('h3', '', nameOf(tab) + (tab.disabled ? ' (off)' : '')))
    for (const n of flows.filter((n) => n.z === tab.id && 'x' in n && n.type !== 'junction' && n.type !== 'group')) {
      list.append(nodeRow(n, tab.disabled || n.d))
    }
  }
  if (!list.firstChild) list.append(make('p', 'quiet', 'No flows yet. Deploy some: flowrill deploy FILE --to ' + location.origin))
  for (const [id, s] of statuses) showStatus(id, s)
}

function nodeRow(n, off) {
  const row = make('div', 'node' + (off ? ' off' : ''))
  const body = make('div')
  const label = make('span', '', nameOf(n))
  label.title = n.type + ' ' + n.id
  const status = make('span', 'status')
  status.hidden = true
  body.append(label, status)
  row.append(body)
  nodes.get(n.id).status = status
  if (n.type === 'inject' && !off) {
    const b = make('button', 'plain', 'Inject')
    b.type = 'button'
    b.setAttribute('aria-label', 'Inject ' + nameOf(n))
    b.addEventListener('click', () => call('inject/' + encodeURIComponent(n.id), { method: 'POST', body: '{}' }))
    row.append(b)
  }
  return row
}

const statuses = new Map()
function showStatus(id, s) {
  statuses.set(id, s)
  const e = nodes.get(id)?.status
  if (!e) return
  e.hidden = !s.text && !s.fill && !s.shape
  e.className = `status ${s.fill || ''} ${s.shape || ''}`
  e.textContent = s.text || ''
}

// ---- debug
const shown = 500
let held = null // entries that came while paused
let waiting = []

function showDebug(ev) {
  (held || waiting).push(ev)
  if (held && held.length > shown) held.shift()
  if (waiting.length > shown) waiting.shift()
  if (!held && waiting.length === 1) requestAnimationFrame(draw)
  if (held) $('pause').textContent = `Go on (${held.length})`
}

function draw() {
  const list = $('debug')
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  list.append(...waiting.map(entry))
  waiting = []
  while (list.childElementCount > shown) list.firstChild.remove()
  $('debug-empty').hidden = list.childElementCount > 0
  if (atEnd) list.scrollTop = list.scrollHeight
}

function entry(ev) {
  if (ev.t === 'gap') return make('li', 'gap', `${ev.dropped} messages are not shown: they came too fast`)
  const d = ev.data
  const li = make('li', d.level === 20 ? 'error' : d.level ? 'warning' : '')
  const head = make('div', 'head')
  const time = new Date(ev.at)
  head.append(
    make('time', '', time.toLocaleTimeString([], { hour12: false }) + '.' + String(time.getMilliseconds()).padStart(3, '0')),
    make('span', '', d.name || nodes.get(d._alias || d.id)?.name || d.id || 'runtime'),
    make('span', '', (d.property ? 'msg.' + d.property : '') + (d.topic ? ' · ' + (typeof d.topic === 'string' ? d.topic : JSON.stringify(d.topic)) : '')),
    make('span', 'grow'),
    make('span', '', d.format || ''))
  li.append(head, make('pre', '', pretty(d)))
  return li
}

function pretty(d) {
  if (typeof d.msg !== 'string') return JSON.stringify(d.msg)
  if (!/^(Object|array|error|set|map)/.test(d.format)) return d.msg
  try { return JSON.stringify(JSON.parse(d.msg), null, 2) } catch { return d.msg }
}

$('clear').addEventListener('click', () => { $('debug').replaceChildren(); $('debug-empty').hidden = false })
$('pause').addEventListener('click', () => {
  const pausing = !held
  $('pause').setAttribute('aria-pressed', String(pausing))
  $('pause').textContent = pausing ? 'Go on' : 'Pause'
  if (pausing) { held = []; return }
  waiting = held
  held = null
  draw()
})

// ---- the live socket
const last = {}
const drawn = {}
let session = ''
let socket = null
let pause = 0
let pinger = 0

function online(text, kind) {
  $('online').textContent = text
  $('online').className = 'pill ' + kind
}

function connect() {
  const s = socket = new WebSocket(new URL('live', location.href).href.replace(/^http/, 'ws'))
  const send = (...all) => { if (s.readyState === 1) s.send(JSON.stringify(all)) }
  let pongs = 2
  s.addEventListener('open', () => {
    send({ t: 'hello', v: 1, token: token(), session, last },
      ...['runtime', 'status', 'log', 'debug'].map((ch) => ({ t: 'sub', ch })))
    pinger = setInterval(() => { if (pongs-- < 0) s.close(); else send({ t: 'ping' }) }, 15000)
  })
  s.addEventListener('message', (e) => {
    for (const ev of JSON.parse(e.data)) {
      if (ev.seq && ev.ch) last[ev.ch] = ev.seq
      if (ev.t === 'pong') pongs = 2
      else if (ev.t === 'welcome') { session = ev.session; pause = 0; online('live', 'ok') }
      else if (ev.t === 'bye' && ev.reason === 'unauthorized') { sessionStorage.removeItem('token'); askToken(true) }
      else if (ev.t === 'deployed') showFlows().catch(() => {})
      else if (ev.t === 'snap') for (const one of ev.data) happened(ev.ch, { ...one, t: 'ev' })
      else if (ev.t === 'ev' || ev.t === 'gap') {
        happened(ev.ch, ev)
        drawn[ev.ch] = (drawn[ev.ch] || 0) + 1
        if (drawn[ev.ch] >= 250) { send({ t: 'credit', ch: ev.ch, n: drawn[ev.ch] }); drawn[ev.ch] = 0 }
      }
    }
  })
  s.addEventListener('close', () => {
    clearInterval(pinger)
    if (socket !== s || $('main').hidden) return
    online('offline', 'bad')
    pause = Math.min(15000, pause ? pause * 2 : 500)
    setTimeout(() => { if (socket === s) connect() }, pause * (0.7 + Math.random() * 0.6))
  })
}

function happened(ch, ev) {
  if (ch === 'debug' || ch === 'log') showDebug(ev)
  else if (ch === 'status' && ev.t === 'ev') showStatus(ev.node, ev.data)
  else if (ch === 'runtime' && ev.t === 'ev') {
    const d = ev.data
    $('runtime').hidden = false
    $('runtime').textContent = d.error === 'missing-types' ? 'missing: ' + d.types.join(', ') : d.state === 'stop' ? 'stopped' : 'running'
    $('runtime').className = 'pill ' + (d.error ? 'bad' : d.state === 'stop' ? '' : 'ok')
  }
}

// ---- the phone
const heard = new Set() // ids of replies that are shown
let listening = 0

function say(kind, text, small) {
  const li = make('li', kind, text)
  if (small) li.append(make('small', '', small))
  $('talk').append(li)
  while ($('talk').childElementCount > 200) $('talk').firstChild.remove()
  $('talk').scrollTop = $('talk').scrollHeight
}

async function listen() {
  clearTimeout(listening)
  if (document.visibilityState === 'visible' && !$('main').hidden) {
    try {
      for (const m of await json('simulator/outbox')) {
        if (heard.has(m.id)) continue
        heard.add(m.id)
        if (m.to === $('from').value.trim()) say('', m.text, `from ${m.from} · ${m.parts > 1 ? m.parts + ' parts · ' : ''}${m.channel}`)
      }
    } catch (e) {
      if (e.status === 404) { $('phone').hidden = true; return } // there is no simulator
    }
  }
  listening = setTimeout(listen, 1000)
}

$('send').addEventListener('submit', async (e) => {
  e.preventDefault()
  const text = $('text').value
  if (!text) return
  $('text').value = ''
  say('mine', text)
  try {
    const hook = await json('simulator/inbound', {
      method: 'POST', body: JSON.stringify({ from: $('from').value.trim(), to: $('to').value.trim(), text })
    })
    if (hook.status < 200 || hook.status > 299) say('note', `${hook.url} answered ${hook.status}. Is there an http-in node for it?`)
  } catch (err) {
    let why = err.message
    try { why = JSON.parse(why).message } catch { /* it is no JSON */ }
    say('note', why)
  }
  listen()
})

// ---- begin
async function start() {
  try {
    const settings = await json('settings')
    $('version').textContent = settings.flowrill?.version || ''
  } catch (e) {
    if (e.status === 401) askToken(token() !== '')
    else { online('offline', 'bad'); setTimeout(start, 2000) }
    return
  }
  $('login').hidden = true
  $('main').hidden = false
  $('online').hidden = false
  await showFlows().catch(() => {}) // they come again with the next deploy
  if (!socket || socket.readyState > 1) connect()
  listen()
}
start()
