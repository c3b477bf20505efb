import { type Check, type Judgement, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { cli, commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'infrastructure.remote-access',
  topic: 'infrastructure security',
  title: 'remote access to what runs',
  about: ['sagemaker.space', 'sagemaker.training-job', 'sagemaker.endpoint-config'],
  why: 'A shell from outside goes past Jupyter, its log lines and its presigned URLs.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/train-remote-debugging.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html',
  ],
  remedy: (subject) =>
    subject.kind === 'sagemaker.space'
      ? commands(
          comment('firebreak contain sagemaker.space.disable-remote-access does this, verified'),
          cli('sagemaker', 'update-space', {
            'domain-id': describe.domainIdOf(subject),
            'space-name': subject.name,
            'space-settings': 'RemoteAccess=DISABLED',
          }),
        )
      : subject.kind === 'sagemaker.training-job'
        ? commands(
            cli('sagemaker', 'update-training-job', {
              'training-job-name': subject.name,
              'remote-debug-config': 'EnableRemoteDebug=false',
            }),
          )
        : commands(
            comment(
              `${subject.name} keeps what it was made with: make a config without EnableSSMAccess, and move the endpoint to it`,
            ),
            'aws sagemaker update-endpoint --endpoint-name ENDPOINT --endpoint-config-name NEW_CONFIG',
          ),
  judge(subject, { ask }): readonly Judgement[] {
    if (subject.kind === 'sagemaker.space')
      return judged(describe.space(subject, ask), ({ SpaceSettings }, field) =>
        weakIf(SpaceSettings?.RemoteAccess === 'ENABLED', [
          field('SpaceSettings.RemoteAccess', SpaceSettings?.RemoteAccess),
        ]),
      );
    if (subject.kind === 'sagemaker.training-job')
      return judged(describe.trainingJob(subject, ask), ({ RemoteDebugConfig }, field) =>
        weakIf(RemoteDebugConfig?.EnableRemoteDebug === true, [
          field('RemoteDebugConfig.EnableRemoteDebug', RemoteDebugConfig?.EnableRemoteDebug),
        ]),
      );
    return judged(describe.endpointConfig(subject, ask), ({ ProductionVariants = [] }, field) => {
      const open = ProductionVariants.filter(({ EnableSSMAccess }) => EnableSSMAccess);
      return weakIf(
        open.length > 0,
        (open.length > 0 ? open : ProductionVariants.slice(0, 1)).map(({ VariantName, EnableSSMAccess }) =>
          field(`ProductionVariants[${VariantName ?? '?'}].EnableSSMAccess`, EnableSSMAccess),
        ),
      );
    });
  },
};
export default check;
