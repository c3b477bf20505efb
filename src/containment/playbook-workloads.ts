import { stoppableKinds } from './jobs.ts';
import { type KnownResource, known, once } from './playbook-facts.ts';
import { type FoundTarget, isOver, itself, type Search, touched } from './playbook-search.ts';

const jobKinds = stoppableKinds
  .map(({ kind }) => kind)
  .filter((kind) => !['sagemaker.mlflow-tracking-server', 'sagemaker.monitoring-schedule'].includes(kind));

/** What starts jobs, by itself or by the clock. */
const parentKinds: readonly string[] = [
  'sagemaker.hyper-parameter-tuning-job',
  'sagemaker.automl-job',
  'sagemaker.pipeline-execution',
  'sagemaker.monitoring-schedule',
  'events.rule',
  'scheduler.schedule',
];

const images = ({ relations }: KnownResource): readonly string[] =>
  relations.filter(({ role }) => role === 'image').map(({ to }) => to.name);

/** Everything that runs for the attack: what it made, and what runs the very same image though nobody saw it made. */
export function workloads(search: Search): readonly FoundTarget[] {
  const { facts, subject } = search;
  const made = [
    ...(isOver(search, subject) ? [] : itself(search, ...jobKinds)),
    ...touched(search, jobKinds, 'created'),
  ];
  const theirs = made.flatMap(({ ref }) => {
    const resource = known(facts, ref);
    return resource ? images(resource).map((image) => ({ image, ref })) : [];
  });
  // AWS's own images are everybody's.
  const strange = theirs.filter(({ image }) => !isAwsImage(image));
  const same = facts.resources
    .filter(({ ref, activity }) => jobKinds.includes(ref.kind) && activity !== 'idle')
    .flatMap((resource) => {
      const like = strange.find(({ image }) => images(resource).includes(image));
      return like ? [{ ref: resource.ref, because: `runs the same image as ${like.ref.name}: ${like.image}` }] : [];
    });
  return once([...made, ...same]).filter(({ ref }) => !isOver(search, ref));
}

/** AWS's framework images lie in accounts of AWS, which are many: told by their names. https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html */
const isAwsImage = (image: string): boolean =>
  /^\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com(?:\.cn)?\/(?:sagemaker-|(?:pytorch|tensorflow|huggingface|mxnet|djl|autogluon)[\w-]*-(?:training|inference))/.test(
    image,
  );

/** What started those workloads, or starts them by the clock. */
export function parents(search: Search): readonly FoundTarget[] {
  const { facts } = search;
  const jobs = workloads(search);
  const above = jobs.flatMap(({ ref }) =>
    (known(facts, ref)?.relations ?? [])
      .filter(({ role }) => role === 'parent')
      .map(({ to, proof }) => ({ ref: to, because: `it started ${ref.name} (${proof})` })),
  );
  const made = touched(search, parentKinds, 'changed');
  const ours = once([...above, ...made, ...jobs.filter(({ ref }) => parentKinds.includes(ref.kind))]);
  // What the clock starts: rules and schedules whose target is one of the pipelines.
  const clocks = facts.resources
    .filter(({ ref }) => ref.kind === 'events.rule' || ref.kind === 'scheduler.schedule')
    .flatMap(({ ref, relations }) => {
      const hit = relations.find(
        ({ role, to }) => role === 'target' && ours.some((one) => one.ref.arn.startsWith(`${to.arn}/`)),
      );
      return hit ? [{ ref, because: `it starts ${hit.to.name} (${hit.proof})` }] : [];
    });
  return once([...clocks, ...ours]).filter(({ ref }) => parentKinds.includes(ref.kind) && !isOver(search, ref));
}
