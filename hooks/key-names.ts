import type { Desk } from './desk.ts';
import { type KeyBinding, keymap } from './keymap.ts';

/** The key that is shown for what it does, by the binding's id; empty where the operator has taken it away. */
export type KeyNames = (id: string) => string;

/** How texts spell keys: as the operator has bound them. */
export function keyNames(bindings: readonly KeyBinding[] = keymap): KeyNames {
  const first = new Map(bindings.map(({ id, keys }) => [id, keys[0] ?? '']));
  return (id) => first.get(id) ?? '';
}

/** The key for something on this desk. */
export const keyName = (desk: Pick<Desk, 'keymap'>, id: string): string => keyNames(desk.keymap)(id);

/** The same, or what the palette takes for it where the operator has taken the key away. */
export const keyOr = (key: KeyNames, id: string): string => key(id) || `:${id}`;

/** The same on this desk. */
export const keyOrCommand = (desk: Pick<Desk, 'keymap'>, id: string): string => keyOr(keyNames(desk.keymap), id);
