// Command grpc serves gRPC's own health service: short calls, and watchers, each
// with a stream that stays open and says something only when something changes.
package main

import (
	"context"
	"log"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	pb "google.golang.org/grpc/health/grpc_health_v1"

	"example.com/healthy/internal/live"
)

func watch(client pb.HealthClient) {
	stream, err := client.Watch(context.Background(), &pb.HealthCheckRequest{})
	for err == nil {
		_, err = stream.Recv()
	}
	log.Fatal(err)
}

func main() {
	live.Serve()
	listener := live.Listen("127.0.0.1:0")
	server := grpc.NewServer()
	pb.RegisterHealthServer(server, health.NewServer())
	go func() { log.Fatal(server.Serve(listener)) }()

	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	client := pb.NewHealthClient(conn)
	for i := 0; i < 4; i++ {
		go watch(client)
	}
	live.Work(8, func(int) {
		if _, err := client.Check(context.Background(), &pb.HealthCheckRequest{}); err != nil {
			log.Fatal(err)
		}
		live.Pause()
	})
	select {}
}
