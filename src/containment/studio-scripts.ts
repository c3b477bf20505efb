/** Settings of a domain, profile or space, as AWS describes them and takes them back. */
export type Settings = object;

/** Per kind of app: `JupyterLabAppSettings`. What such a member may name a script with. */
interface AppSettings {
  readonly DefaultResourceSpec?: { readonly LifecycleConfigArn?: string };
  readonly LifecycleConfigArns?: readonly string[];
  readonly BuiltInLifecycleConfigArn?: string;
}

const perApp = (settings: Settings | undefined): readonly (readonly [string, AppSettings])[] =>
  Object.entries(settings ?? {}).filter(
    (entry): entry is [string, AppSettings] =>
      /AppSettings$/.test(entry[0]) && entry[1] !== null && typeof entry[1] === 'object',
  );

/**
 * ARNs of every script that settings attach to a kind of app, each once: as a default, in the list to choose from, or built in.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_JupyterLabAppSettings.html and its sisters.
 */
export const scriptsOf = (settings: Settings | undefined): readonly string[] => [
  ...new Set(
    perApp(settings).flatMap(
      ([, { BuiltInLifecycleConfigArn: builtIn, DefaultResourceSpec, LifecycleConfigArns = [] }]) =>
        [DefaultResourceSpec?.LifecycleConfigArn, ...LifecycleConfigArns, builtIn].filter((arn) => arn !== undefined),
    ),
  ),
];

/**
 * What changes when scripts are taken away, by kind of app: AWS replaces what is in a member that is sent, so each goes out whole, but for
 * the scripts; the list is sent even when it becomes empty, since that is what empties it.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/jl-lcc-delete.html
 */
export function withoutScripts(
  settings: Settings | undefined,
  scripts: ReadonlySet<string>,
): { readonly [member: string]: { readonly before: object; readonly after: object } } {
  const changed = perApp(settings).filter(([member, value]) =>
    scriptsOf({ [member]: value }).some((arn) => scripts.has(arn)),
  );
  return Object.fromEntries(
    changed.map(([member, before]) => {
      const { BuiltInLifecycleConfigArn: builtIn, DefaultResourceSpec, LifecycleConfigArns, ...rest } = before;
      const { LifecycleConfigArn: byDefault, ...spec } = DefaultResourceSpec ?? {};
      const after = {
        ...rest,
        ...(DefaultResourceSpec
          ? {
              DefaultResourceSpec:
                byDefault === undefined || scripts.has(byDefault) ? spec : { ...spec, LifecycleConfigArn: byDefault },
            }
          : {}),
        ...(LifecycleConfigArns ? { LifecycleConfigArns: LifecycleConfigArns.filter((arn) => !scripts.has(arn)) } : {}),
        ...(builtIn === undefined || scripts.has(builtIn) ? {} : { BuiltInLifecycleConfigArn: builtIn }),
      };
      return [member, { before, after }];
    }),
  );
}
