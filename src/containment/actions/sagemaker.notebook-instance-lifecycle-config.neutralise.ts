import type { OutputOf } from '../../aws/operations.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { allPages } from '../attempt.ts';
import { isGone } from '../state-check.ts';
import { call, nothingToSend } from '../step.ts';

type LifecycleConfig = OutputOf<'sagemaker:DescribeNotebookInstanceLifecycleConfig'>;

/** A script that does nothing, in base64 as the API takes it. */
const harmless = Buffer.from(
  '#!/bin/bash\n# Emptied during an incident; the text is in its snapshot.\nexit 0\n',
).toString('base64');
const hooks = ['OnCreate', 'OnStart'] as const;

async function describe(name: string, { aws, signal }: ActionContext): Promise<LifecycleConfig | undefined> {
  try {
    return await aws.call(
      'sagemaker:DescribeNotebookInstanceLifecycleConfig',
      { NotebookInstanceLifecycleConfigName: name },
      { signal, priority: 'operator' },
    );
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Hooks that hold a script which does something. */
const armed = (config: LifecycleConfig) =>
  hooks.filter((hook) => config[hook]?.some(({ Content }) => Content && Content !== harmless));

/** Empties a lifecycle script wherever it is attached, without touching a notebook. Facts N5. */
const action: ContainmentAction = {
  id: 'sagemaker.notebook-instance-lifecycle-config.neutralise',
  title: 'Neutralise lifecycle script: replace its text by one that does nothing',
  class: 'seconds',
  appliesTo: ['sagemaker.notebook-instance-lifecycle-config'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstanceLifecycleConfig.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html',
  ],
  reversible: true,

  async plan(target, context) {
    const now = await describe(target.name, context);
    const name = now?.NotebookInstanceLifecycleConfigName ?? target.name;
    if (!now) return nothingToSend(`Lifecycle script ${name} does not exist in ${context.region}: nothing runs it`);
    const live = armed(now);
    if (live.length === 0) return nothingToSend(`Lifecycle script ${name} does nothing already`);
    const update = (content: (hook: (typeof hooks)[number]) => readonly { Content?: string | undefined }[]) =>
      call({
        name: 'sagemaker:UpdateNotebookInstanceLifecycleConfig',
        input: {
          NotebookInstanceLifecycleConfigName: name,
          ...Object.fromEntries(live.map((hook) => [hook, content(hook)])),
        },
      });
    return {
      summary: `Replace the ${live.join(' and ')} script of lifecycle config ${name} by one that does nothing`,
      impact: `Every notebook that uses ${name} starts without what it set up, from its next start on. What the script has already done to running notebooks stays done.`,
      evidenceLost: [],
      notRestored: [],
      steps: [
        {
          ...update(() => [{ Content: harmless }]),
          undo: [update((hook) => (now[hook] ?? []).map(({ Content }) => ({ Content })))],
        },
      ],
      preconditions: [],
      stillOpen: [
        {
          what: `notebooks that have run ${name}: what it left on their volumes and in memory`,
          until: null,
          closeWith: 'sagemaker.notebook-instance.stop on each of them',
        },
        {
          what: `whoever may call sagemaker:UpdateNotebookInstanceLifecycleConfig can write ${name} again`,
          until: null,
          closeWith: null,
        },
      ],
      comesBack: [`the script of ${name}, as root at the next start of every notebook that uses it`],
      undoRisk: `the old text of ${name} runs as root at the next start of every notebook that uses it`,
    };
  },

  async verify(target, context) {
    const now = await describe(target.name, context);
    const live = now ? armed(now) : [];
    return [
      {
        what: `lifecycle script ${target.name} does nothing`,
        holds: live.length === 0,
        why: now
          ? live.length === 0
            ? 'its hooks hold our empty script, or none'
            : `${live.join(' and ')} hold another text`
          : 'sagemaker:DescribeNotebookInstanceLifecycleConfig finds nothing',
      },
    ];
  },

  async *affected(target, { aws, signal }) {
    const notebooks = await allPages(async (NextToken) => {
      const page = await aws.call(
        'sagemaker:ListNotebookInstances',
        { NotebookInstanceLifecycleConfigNameContains: target.name, ...(NextToken ? { NextToken } : {}) },
        { signal },
      );
      return { items: page.NotebookInstances, next: page.NextToken };
    });
    for (const notebook of notebooks)
      if (notebook.NotebookInstanceLifecycleConfigName === target.name)
        yield {
          kind: 'sagemaker.notebook-instance',
          arn: notebook.NotebookInstanceArn ?? '',
          why: `notebook ${notebook.NotebookInstanceName} (${notebook.NotebookInstanceStatus}) runs it at its next start`,
        };
  },
};
export default action;
