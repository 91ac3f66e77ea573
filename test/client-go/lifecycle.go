package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	applyv1 "k8s.io/client-go/applyconfigurations/core/v1"
	clientv1 "k8s.io/client-go/kubernetes/typed/core/v1"
)

const (
	secretName   = "lifecycle"
	fieldManager = "client-go-test"
)

// A step, with the Secret that answered it, or why it failed.
type step struct {
	Type   string `json:"type"`
	Step   string `json:"step"`
	Secret *shown `json:"secret,omitempty"`
	Code   int32  `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"`
}

type lifecycle struct {
	namespace string
	secrets   clientv1.SecretInterface
}

// Takes a Secret from its creation to its end, each step as the typed client does it.
func runLifecycle(ctx context.Context, told settings) error {
	client, err := newClient(told)
	if err != nil {
		return err
	}
	life := lifecycle{told.namespace, client.CoreV1().Secrets(told.namespace)}
	for _, next := range []struct {
		name string
		do   func(context.Context) (*corev1.Secret, error)
	}{
		{"create", life.create},
		{"get", life.get},
		{"update", life.update},
		{"strategic patch", life.patch(types.StrategicMergePatchType, `{"stringData":{"b":"2"}}`)},
		{"merge patch", life.patch(types.MergePatchType, `{"stringData":{"c":"3"}}`)},
		{"json patch", life.patch(types.JSONPatchType, `[{"op":"remove","path":"/data/c"}]`)},
		{"apply", life.apply},
		{"delete", life.delete},
		{"create again", life.create},
		{"delete collection", life.deleteCollection},
		{"get what is gone", life.get},
	} {
		if err := take(ctx, next.name, next.do); err != nil {
			return err
		}
	}
	return nil
}

// Does a step and reports it; once more where the refusal tells the client to speak otherwise.
func take(
	ctx context.Context, name string, do func(context.Context) (*corev1.Secret, error),
) error {
	for tries := 1; ; tries++ {
		secret, err := do(ctx)
		line := step{Type: "step", Step: name}
		var refusal apierrors.APIStatus
		if errors.As(err, &refusal) {
			line.Code = refusal.Status().Code
			line.Reason = string(refusal.Status().Reason)
		} else if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		} else if secret != nil {
			answered := show(secret)
			line.Secret = &answered
		}
		print(line)
		if line.Code != http.StatusUnsupportedMediaType || tries == 2 {
			return nil
		}
	}
}

func (life lifecycle) create(ctx context.Context) (*corev1.Secret, error) {
	return life.secrets.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: secretName, Labels: map[string]string{"of": "lifecycle"}},
		StringData: map[string]string{"a": "1"},
	}, metav1.CreateOptions{})
}

func (life lifecycle) get(ctx context.Context) (*corev1.Secret, error) {
	return life.secrets.Get(ctx, secretName, metav1.GetOptions{})
}

func (life lifecycle) update(ctx context.Context) (*corev1.Secret, error) {
	secret, err := life.get(ctx)
	if err != nil {
		return nil, err
	}
	secret.Data["a"] = []byte{0, 1, 0xff}
	return life.secrets.Update(ctx, secret, metav1.UpdateOptions{})
}

func (life lifecycle) patch(
	patchType types.PatchType, body string,
) func(context.Context) (*corev1.Secret, error) {
	return func(ctx context.Context) (*corev1.Secret, error) {
		return life.secrets.Patch(ctx, secretName, patchType, []byte(body), metav1.PatchOptions{})
	}
}

func (life lifecycle) apply(ctx context.Context) (*corev1.Secret, error) {
	applied := applyv1.Secret(secretName, life.namespace).
		WithStringData(map[string]string{"d": "4"})
	return life.secrets.Apply(ctx, applied, metav1.ApplyOptions{FieldManager: fieldManager})
}

func (life lifecycle) delete(ctx context.Context) (*corev1.Secret, error) {
	return nil, life.secrets.Delete(ctx, secretName, metav1.DeleteOptions{})
}

func (life lifecycle) deleteCollection(ctx context.Context) (*corev1.Secret, error) {
	ours := metav1.ListOptions{LabelSelector: "of=lifecycle"}
	return nil, life.secrets.DeleteCollection(ctx, metav1.DeleteOptions{}, ours)
}
