// Command sdklimit makes a list page's calls to the table through the SDK with
// everything done that makes the SDK cheap, and nothing else: answers are
// handed on as the bytes they came in. What list-invoices uses beyond it is
// the product's own.
//
// BENCH_CALLS names its calls; the first one is made alone, as a guard's is,
// the others at once.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"customercenter/shared/awshttp"
	"customercenter/shared/store"
)

// raw hands the body of an answer to whoever's context asks for it, and reads
// nothing of it.
type raw struct{ smithyhttp.ClientProtocol }

type bodyKey struct{}

func (p raw) DeserializeResponse(ctx context.Context, s *smithy.OperationSchema, t *smithy.TypeRegistry, r *smithyhttp.Response, out smithy.Deserializable) error {
	into, asked := ctx.Value(bodyKey{}).(*bytes.Buffer)
	if !asked || r.StatusCode != http.StatusOK {
		return p.ClientProtocol.DeserializeResponse(ctx, s, t, r, out)
	}
	into.Grow(max(0, int(r.ContentLength)) + bytes.MinRead)
	_, err := into.ReadFrom(r.Body)
	return err
}

// values are attributes as the wire spells them; keys and bounds are texts.
type values map[string]struct{ S string }

func (v values) attributes() map[string]types.AttributeValue {
	out := map[string]types.AttributeValue{}
	for name, value := range v {
		out[name] = &types.AttributeValueMemberS{Value: value.S}
	}
	return out
}

// question is a GetItem or a Query as it was recorded.
type question struct {
	TableName                 string
	Key                       values
	KeyConditionExpression    string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues values
	Limit                     int32
	ScanIndexForward          *bool
	ConsistentRead            *bool
}

func main() {
	var calls []struct{ Target, Body string }
	if err := json.Unmarshal([]byte(os.Getenv("BENCH_CALLS")), &calls); err != nil {
		panic(err)
	}
	questions := make([]question, len(calls))
	for i, c := range calls {
		if err := json.Unmarshal([]byte(c.Body), &questions[i]); err != nil {
			panic(fmt.Errorf("%s: %w", c.Target, err))
		}
	}
	c := store.FromEnvironment(os.Getenv)
	client := dynamodb.New(dynamodb.Options{
		Region: c.Region, BaseEndpoint: aws.String(c.Endpoint), HTTPClient: awshttp.Client(store.CallTimeout),
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken),
	}, func(o *dynamodb.Options) { o.Protocol = raw{o.Protocol} })
	h := handler{client, questions}
	h.ask(context.Background(), questions[0], new(bytes.Buffer))
	lambda.Start(h.serve)
}

type handler struct {
	client    *dynamodb.Client
	questions []question
}

func (h handler) serve(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	bodies := make([]bytes.Buffer, len(h.questions))
	errs := make([]error, len(h.questions))
	errs[0] = h.ask(ctx, h.questions[0], &bodies[0])
	var others sync.WaitGroup
	for i := 1; i < len(h.questions); i++ {
		others.Go(func() { errs[i] = h.ask(ctx, h.questions[i], &bodies[i]) })
	}
	others.Wait()
	for _, err := range errs {
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusOK, Headers: map[string]string{"content-type": "application/json"}, Body: strings.Clone(bodies[min(1, len(bodies)-1)].String()),
	}, nil
}

func (h handler) ask(ctx context.Context, q question, into *bytes.Buffer) error {
	ctx = context.WithValue(ctx, bodyKey{}, into)
	if len(q.Key) > 0 {
		_, err := h.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &q.TableName, Key: q.Key.attributes(), ConsistentRead: q.ConsistentRead,
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
		return err
	}
	_, err := h.client.Query(ctx, &dynamodb.QueryInput{TableName: &q.TableName, KeyConditionExpression: &q.KeyConditionExpression,
		ExpressionAttributeNames: q.ExpressionAttributeNames, ExpressionAttributeValues: q.ExpressionAttributeValues.attributes(),
		Limit: &q.Limit, ScanIndexForward: q.ScanIndexForward, ConsistentRead: q.ConsistentRead,
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
	return err
}
