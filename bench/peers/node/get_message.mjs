// GET /message/{date}?time=, in the style of AWS's examples for Lambda: SDK v3, ES modules, and one document client.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";

const TableName = process.env.TABLE_NAME;
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = async (event) => {
  const { date } = event.pathParameters;
  const time = event.queryStringParameters?.time;
  if (!time) {
    return answer(400, { message: "the query parameter time is missing" });
  }
  const { Item } = await dynamodb.send(new GetCommand({ TableName, Key: { date, time } }));
  return Item ? answer(200, { Item }) : answer(404, { message: `there is no message of ${date} ${time}` });
};

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
