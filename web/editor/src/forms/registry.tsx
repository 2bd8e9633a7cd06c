/** Which component draws which field: by the widget the node asks for, else by the kind of value. */
import type { ComponentType } from 'react';
import { CodeField } from './code/CodeField';
import { TemplateField } from './code/TemplateField';
import type { WidgetProps } from './context';
import { Rules } from './rules/Rules';
import { Table } from './rules/Table';
import { type Field, type Kind, segmented } from './schema';
import { TypedField } from './typed/TypedField';
import { CronField } from './widgets/CronField';
import { EnumField } from './widgets/EnumField';
import { EnvField } from './widgets/EnvField';
import { GroupStyleField } from './widgets/GroupStyleField';
import { HeadersField } from './widgets/HeadersField';
import { InstanceEnvField } from './widgets/InstanceEnvField';
import { JsonField } from './widgets/JsonField';
import { LinksField } from './widgets/LinksField';
import { ListField } from './widgets/ListField';
import { NamesField } from './widgets/NamesField';
import { NumberField } from './widgets/NumberField';
import { RefField } from './widgets/RefField';
import { ScopeField } from './widgets/ScopeField';
import { SecretField } from './widgets/SecretField';
import { SwitchField } from './widgets/SwitchField';
import { TextField } from './widgets/TextField';
import { WebhookField } from './widgets/WebhookField';

export type Widget = ComponentType<WidgetProps>;

const kinds: Record<Kind, Widget> = {
  text: TextField,
  number: NumberField,
  duration: TextField,
  switch: SwitchField,
  enum: EnumField,
  template: TemplateField,
  typed: TypedField,
  code: CodeField,
  secret: SecretField,
  ref: RefField,
  rows: Table,
  list: ListField,
  names: NamesField,
  json: JsonField,
};

const widgets: Record<string, Widget> = {
  sms: TemplateField,
  code: CodeField,
  markdown: CodeField,
  rules: Rules,
  scope: ScopeField,
  links: LinksField,
  env: EnvField,
  cron: CronField,
  headers: HeadersField,
  groupStyle: GroupStyleField,
  instanceEnv: InstanceEnvField,
  'webhook-url': WebhookField,
};

export const widgetOf = (f: Field): Widget => (f.widget && widgets[f.widget]) || kinds[f.kind];

/** Fields that are several controls have a group's name instead of a label. */
const groups = new Set<Widget>([
  Rules,
  Table,
  HeadersField,
  GroupStyleField,
  InstanceEnvField,
  ListField,
  NamesField,
  ScopeField,
  LinksField,
  EnvField,
  TypedField,
  EnumField,
]);

/** layoutOf: a switch stands beside its label, all else below it. */
export function layoutOf(f: Field): 'row' | 'group' | 'stack' {
  const w = widgetOf(f);
  if (w === SwitchField) return 'row';
  return groups.has(w) && !(w === EnumField && !segmented(f)) ? 'group' : 'stack';
}
