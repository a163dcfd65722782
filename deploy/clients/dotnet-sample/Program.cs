using Broker.Client;

// A backend of a product that keeps its customers' files in OSS: its pages upload by forms and download by signed URLs.
// dotnet run --project deploy/clients/dotnet-sample -- --Broker:Address=http://127.0.0.1:8080 --Broker:ApiKeyFile=/path/of/a/key
var builder = WebApplication.CreateBuilder(args);
var broker = builder.Configuration.GetSection("Broker");
builder.Services.AddBrokerClient(options =>
{
    options.Address = broker.GetValue<Uri>("Address");
    options.Tenant = broker["Tenant"] ?? "demo";
    options.Role = broker["Role"] ?? "uploads";
    options.ApiKeyFile = broker["ApiKeyFile"];
});
var app = builder.Build();

// Your own sign-in decides who gets so far, and which names a customer may use.
app.MapPost("/photos/{name}/form", async (string name, BrokerClient broker, CancellationToken cancellationToken) =>
{
    var form = await broker.CreateUploadFormAsync(new() { Key = $"photos/{name}", MaxBytes = 10_000_000 }, cancellationToken);
    return Results.Json(new { form.Url, form.Fields });
});

app.MapGet("/photos/{name}", async (string name, BrokerClient broker, CancellationToken cancellationToken) =>
    Results.Redirect((await broker.SignUrlAsync(new("GET", $"photos/{name}") { ExpiresIn = 60 }, cancellationToken)).Url.ToString()));

app.Run();
