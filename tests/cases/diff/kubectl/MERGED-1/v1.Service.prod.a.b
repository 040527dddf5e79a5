apiVersion: v1
kind: Service
metadata: {name: a.b, namespace: prod, labels: {app: a}}
spec:
  selector: {app: a}
  ports: [{name: http, port: 80, targetPort: 1}]
