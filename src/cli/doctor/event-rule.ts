/** The account and Region a rule is made for. */
export interface RulePlace {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

const group = '/aws/events/sagemaker';
const rule = 'sagemaker-state-changes';
/** EventBridge writes to groups of this prefix without a role, but only where a resource policy of CloudWatch Logs lets it. */
const policyName = 'eventbridge-to-sagemaker-log-group';

const arnOf = ({ partition, account, region }: RulePlace) =>
  `arn:${partition}:logs:${region}:${account}:log-group:${group}`;

/**
 * Streams are made without naming a rule; only what is put into them may be held to ours (from memory of AWS's example: UNVERIFIED).
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
const policyOf = (place: RulePlace) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
      Action: 'logs:CreateLogStream',
      Resource: `${arnOf(place)}:*`,
    },
    {
      Effect: 'Allow',
      Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
      Action: 'logs:PutLogEvents',
      Resource: `${arnOf(place)}:*`,
      Condition: {
        ArnEquals: { 'aws:SourceArn': `arn:${place.partition}:events:${place.region}:${place.account}:rule/${rule}` },
      },
    },
  ],
});

/**
 * The commands that send SageMaker's state changes to a log group. Printed, never run: whether the account wants them is not ours to say.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export function ruleAsCommands(place: RulePlace): string {
  const at = `--region ${place.region}`;
  return [
    `aws logs create-log-group ${at} --log-group-name ${group}`,
    `aws logs put-retention-policy ${at} --log-group-name ${group} --retention-in-days 90`,
    `aws logs put-resource-policy ${at} --policy-name ${policyName} --policy-document '${JSON.stringify(policyOf(place))}'`,
    `aws events put-rule ${at} --name ${rule} --event-pattern '{"source":["aws.sagemaker"]}'`,
    `aws events put-targets ${at} --rule ${rule} --targets 'Id=log-group,Arn=${arnOf(place)}'`,
  ].join('\n');
}

/** The same for Terraform. */
export const ruleAsTerraform = `resource "aws_cloudwatch_log_group" "sagemaker_events" {
  name              = "${group}"
  retention_in_days = 90
}

resource "aws_cloudwatch_event_rule" "sagemaker_state_changes" {
  name          = "${rule}"
  event_pattern = jsonencode({ source = ["aws.sagemaker"] })
}

resource "aws_cloudwatch_event_target" "sagemaker_state_changes" {
  rule = aws_cloudwatch_event_rule.sagemaker_state_changes.name
  arn  = aws_cloudwatch_log_group.sagemaker_events.arn
}

resource "aws_cloudwatch_log_resource_policy" "sagemaker_events" {
  policy_name = "${policyName}"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
      Action    = "logs:CreateLogStream"
      Resource  = "\${aws_cloudwatch_log_group.sagemaker_events.arn}:*"
      }, {
      Effect    = "Allow"
      Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
      Action    = "logs:PutLogEvents"
      Resource  = "\${aws_cloudwatch_log_group.sagemaker_events.arn}:*"
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.sagemaker_state_changes.arn } }
    }]
  })
}
`;
