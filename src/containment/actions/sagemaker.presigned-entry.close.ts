import { parseArn } from '../../model/arn.ts';
import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { ActionContext, ActionPlan, Check, ContainmentAction, Step } from '../action.ts';
import { closeBehind, isClosedBehind } from '../behind-entry.ts';
import { inlineOnly, replaces } from '../inline-deny.ts';
import { type Mint, mintsOf, openableKinds } from '../mints.ts';
import { denySagemakerEntryDocument, sagemakerEntryActions, sameDocument } from '../policy-document.ts';
import { readHolder, readInline, readPolicies } from '../policy-holder.ts';
import { policyNameOf } from '../policy-name.ts';
import { roleNameOf } from '../protected-roles.ts';
import { nothingToSend } from '../step.ts';
import { lines, some } from '../words.ts';

const nobody = 'nobody';
/** Apps that AWS only deletes: of them only the entry can be closed. */
const unstoppable: ReadonlySet<string> = new Set(['sagemaker.mlflow-app', 'sagemaker.partner-app']);

/** Partner apps are also called through their own API with the caller's credentials. */
const partnerAppDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'IrDenySageMakerEntry',
      Effect: 'Deny',
      Action: [...sagemakerEntryActions, 'sagemaker:CallPartnerAppApi'],
      Resource: '*',
    },
  ],
});

/** The policy that keeps a minter from minting. Shared with `iam.*.deny-sagemaker-entry`, but for partner apps. */
const denyOf = (target: ResourceRef, incident: string) =>
  target.kind === 'sagemaker.partner-app'
    ? { policy: policyNameOf(incident, 'DenySageMakerEntry', 'partner-app'), document: partnerAppDocument }
    : { policy: policyNameOf(incident, 'DenySageMakerEntry'), document: denySagemakerEntryDocument };

/** Roles and users of the parameter `minters`. @throws UsageError, RefusedError `OtherAccount` */
function chosenMinters({ params, account }: ActionContext): readonly ResourceRef[] {
  const { minters = '' } = params;
  if (minters.trim() === nobody) return [];
  const names = [...new Set(minters.split(/[\s,]+/).filter(Boolean))].sort();
  if (names.length === 0)
    throw new UsageError('whom to deny new URLs is missing', {
      nextSteps: [`Give --set minters=ROLE_OR_USER_ARN[,…], or --set minters=${nobody}`],
    });
  return names.map((text) => {
    const arn = parseArn(text);
    if (arn?.service !== 'iam' || !/^(?:role|user)\//.test(arn.resource))
      throw new UsageError(`${text} is no ARN of a role or user`, { nextSteps: ['Give ARNs of roles or users'] });
    if (arn.account !== account)
      throw new RefusedError('OtherAccount', `${text} is not of ${account}: it must be denied in its own account`, [
        'Leave it away here, and have it denied there',
      ]);
    const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
    return { kind: arn.resource.startsWith('role/') ? 'iam.role' : 'iam.user', arn: text, name };
  });
}

const minterArns = (mints: readonly Mint[]): readonly string[] => [
  ...new Set(mints.flatMap(({ here, minter }) => (here && minter ? [minter.arn] : []))),
];

/** How many URLs of the last 24 hours a minter gave to others, or for other things: what a deny takes from them. */
const othersOf = (minter: ResourceRef, mints: readonly Mint[], suspects: ReadonlySet<string>): number =>
  mints.filter((mint) => mint.minter?.arn === minter.arn && !(mint.here && suspects.has(mint.who))).length;

/**
 * Closes what presigned URLs and remote sessions opened. AWS has no call that lists or revokes them: whoever minted them is denied new
 * ones, and what they open is stopped. Where others mint with the same role, the compute is stopped first. Facts 5.6, P1–P5.
 */
const action: ContainmentAction = {
  id: 'sagemaker.presigned-entry.close',
  title: 'Close presigned entry: deny new URLs, stop what they open (AWS has no revoke)',
  class: 'interrupts',
  appliesTo: openableKinds,
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'minters',
      title: 'whom to deny new URLs: roles and users that minted them in the last 24 hours',
      async choices(target, context) {
        const { mints } = await mintsOf(target, context);
        const own = roleNameOf(context.responderArn)?.toLowerCase();
        const arns = minterArns(mints).filter((arn) => roleNameOf(arn)?.toLowerCase() !== own);
        return [...(arns.length > 1 ? [arns.join(',')] : []), ...arns, nobody];
      },
    },
  ],

  async plan(target, context) {
    const minters = chosenMinters(context);
    const { mints, problem } = await mintsOf(target, context);
    const now = context.aws.now();
    const live = mints.filter(({ here, until }) => here && until > now);
    const behind = await closeBehind(target, context);
    const denies: Step[] = [];
    const warnings: string[] = [];
    const shared: string[] = [];
    const { policy, document } = denyOf(target, context.incident);
    for (const minter of minters) {
      const holder = await readHolder(minter, context);
      const before = await readInline(holder, policy, context);
      // A role that several people share: its other sessions lose their entry, too.
      const people = new Set(
        mints.filter((mint) => mint.minter?.arn === minter.arn && mint.here).map(({ who }) => who),
      );
      const others = othersOf(minter, mints, people);
      if (others > 0 || people.size > 1) shared.push(`${holder.name} (${others} other URLs in 24 hours)`);
      if (before !== undefined && sameDocument(before, document)) continue;
      denies.push(...inlineOnly(holder, { policy, document }, before, await readPolicies(holder, context)));
      warnings.push(...replaces(policy, before));
    }
    // Entry first; but where a deny takes entry from others, too, what stops only this one thing goes first.
    const steps = shared.length > 0 ? [...behind.steps, ...denies] : [...denies, ...behind.steps];
    const stillOpen: ActionPlan['stillOpen'] = [
      ...live.map(({ who, sourceIp, until, at }) => ({
        what: `presigned session of ${who} from ${sourceIp || 'an unknown address'} (minted ${new Date(at).toISOString()}): possible until it ends${unstoppable.has(target.kind) ? `, since AWS has no call that stops ${target.name}` : `, should ${target.name} run again`}`,
        until: new Date(until).toISOString(),
        closeWith: null,
      })),
      ...behind.stillOpen,
      ...(problem ? [{ what: `URLs that nobody knows of: ${problem}`, until: null, closeWith: null }] : []),
    ];
    if (steps.length === 0)
      return {
        ...nothingToSend(`Nothing behind ${target.name} runs, and the minters chosen are denied already`),
        stillOpen,
      };
    const names = minters.map(({ name }) => name);
    return {
      summary: lines(
        shared.length > 0 && behind.words && `${behind.words}; then`,
        names.length > 0 && `deny ${some(names)} new URLs and sessions`,
        shared.length === 0 && behind.words && (names.length > 0 ? `; then ${behind.words}` : behind.words),
      )
        .replaceAll(' ; ', '; ')
        .replace(/^./, (first) => first.toUpperCase()),
      impact: lines(
        'AWS has no call that lists or revokes a presigned URL or its session: new ones are denied, and what they open is stopped.',
        'That the deny also cuts sessions that are open is assumed, not measured on AWS; the stop does.',
        behind.impact,
        shared.length > 0 &&
          `Others mint with the same role or user, and lose their entry, too: ${shared.join('; ')}. So the compute is stopped first.`,
        ...warnings,
      ),
      evidenceLost: behind.evidenceLost,
      notRestored: behind.notRestored,
      steps,
      preconditions: behind.preconditions,
      stillOpen,
      comesBack: [...names.map((name) => `entry to SageMaker for ${name}`), ...behind.comesBack],
      ...(live.length > 0
        ? {
            undoRisk: `${live.length} presigned ${live.length === 1 ? 'session' : 'sessions'} may still be valid and would open ${target.name} again`,
          }
        : behind.undoRisk
          ? { undoRisk: behind.undoRisk }
          : {}),
    };
  },

  async verify(target, context) {
    const { policy, document } = denyOf(target, context.incident);
    const checks: Check[] = [];
    for (const { kind, name } of chosenMinters(context)) {
      const found = await readInline({ kind: kind as 'iam.role' | 'iam.user', name }, policy, context);
      checks.push({
        what: `inline policy ${policy} of ${name} denies new URLs and sessions`,
        holds: found !== undefined && sameDocument(found, document),
        why: found ?? 'the policy is not there',
      });
    }
    return [...checks, ...(await isClosedBehind(target, context))];
  },

  async *affected(target, context) {
    const { mints } = await mintsOf(target, context);
    for (const mint of mints.slice(0, 50))
      if (mint.minter)
        yield {
          kind: mint.minter.kind,
          arn: mint.minter.arn,
          why: `${mint.who} minted a URL ${mint.here ? `for ${target.name}` : 'for something else'} at ${new Date(mint.at).toISOString()} from ${mint.sourceIp || 'an unknown address'}`,
        };
  },
};
export default action;
