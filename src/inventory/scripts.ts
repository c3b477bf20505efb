import type { DetailsBuilder } from './details.ts';

/** The scripts of a notebook lifecycle config; both run as root whatever the notebook's root access says. */
export async function readNotebookScripts(details: DetailsBuilder, name: string): Promise<void> {
  const from = 'sagemaker:DescribeNotebookInstanceLifecycleConfig';
  const config = await details.ask(from, { NotebookInstanceLifecycleConfigName: name }, `lifecycle config ${name}`);
  for (const { Content } of config?.OnStart ?? [])
    details.script('OnStart, runs as root at every start', Content, from);
  for (const { Content } of config?.OnCreate ?? []) details.script('OnCreate, runs as root once', Content, from);
}
