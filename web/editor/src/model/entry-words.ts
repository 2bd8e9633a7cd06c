import { en, t } from '../i18n';

/** Other words people look for a type by. */
const words: Record<string, string> = {
  inject: en('trigger start button timer schedule cron every'),
  debug: en('log print show output console'),
  'http-in': en('trigger webhook url route receive incoming sms get post'),
  'http-response': en('answer reply status webhook return'),
  'http-request': en('call fetch api url get post'),
  'send-sms': en('text message sms reply send vonage nexmo phone'),
  'send-message': en('whatsapp viber messenger mms rcs message send vonage nexmo'),
  switch: en('if condition branch keyword route rules logic case'),
  change: en('set move delete rename property data'),
  function: en('code javascript script logic'),
  template: en('text mustache format render html'),
  range: en('scale map number'),
  delay: en('wait pause throttle rate limit later'),
  trigger: en('timeout wait resend debounce'),
  catch: en('error fail exception handle'),
  status: en('watch state'),
  complete: en('done after finished'),
  'link-in': en('jump connect portal label'),
  'link-out': en('jump connect portal goto'),
  'link-call': en('subroutine call function'),
  comment: en('note documentation sticky text'),
  junction: en('join wire point'),
  split: en('each loop array parts'),
  join: en('combine merge array collect'),
  sort: en('order'),
  batch: en('group sequence'),
  filter: en('filter unchanged deduplicate report by exception'),
  csv: en('table excel comma data text parse'),
  json: en('parse stringify object data'),
  xml: en('parse data'),
  yaml: en('parse data'),
  html: en('parse select scrape data'),
  file: en('write save disk log'),
  'file-in': en('read load disk'),
  watch: en('file change trigger'),
  exec: en('command shell run'),
  'websocket-in': en('socket live trigger'),
  'websocket-out': en('socket live send'),
  'mqtt-in': en('iot subscribe trigger broker'),
  'mqtt-out': en('iot publish broker'),
  'tcp-in': en('socket trigger'),
  conversation: en('chat memory history state person'),
  'inbound-message': en('text sms receive incoming trigger webhook whatsapp start'),
  'loop-brake': en('endless ping pong auto reply storm'),
  'message-status': en('receipt delivered delivery read report'),
  'opt-out': en('stop start help unsubscribe consent keyword'),
  'quiet-hours': en('night time window do not disturb'),
  'rate-limit': en('throttle count quota per person'),
  'wait-for-reply': en('answer ask question response text'),
  'tcp-out': en('socket send'),
  'tcp-request': en('socket call'),
  'udp-out': en('socket send'),
  'udp-in': en('socket trigger'),
};

/** In English, and in the language that is spoken. */
export function wordsOf(type: string): string {
  const english = words[type];
  if (english === undefined) return '';
  const own = t(english);
  return own === english ? english : `${english} ${own}`;
}
