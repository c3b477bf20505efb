/** Members of records and requests that hold lifecycle scripts in base64: of notebooks (`content`), of Studio (`studioLifecycleConfigContent`). */
export const scriptMembers: ReadonlySet<string> = new Set(['content', 'studioLifecycleConfigContent']);
