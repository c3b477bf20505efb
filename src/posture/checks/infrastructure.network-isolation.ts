import { type Check, judged, weakIf } from '../check.ts';
import { containerKinds, containerNetwork } from '../container-network.ts';
import { commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'infrastructure.network-isolation',
  topic: 'infrastructure security',
  title: 'network isolation of the containers',
  about: containerKinds,
  why: 'The container reaches out by itself: code that came in with an image or a model can fetch more, and carry data off.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html'],
  remedy: ({ kind, name }) =>
    commands(
      comment(`${name} keeps what it was made with. Make the next one with:`),
      kind === 'sagemaker.processing-job'
        ? `aws sagemaker create-processing-job … --network-config '{"EnableNetworkIsolation":true}'`
        : `aws sagemaker create-${kind.slice('sagemaker.'.length)} … --enable-network-isolation`,
    ),
  judge: (subject, { ask }) =>
    judged(containerNetwork(subject, ask), (network, field) =>
      network ? weakIf(!network.isolated, [field(`${network.path}EnableNetworkIsolation`, network.isolated)]) : [],
    ),
};
export default check;
