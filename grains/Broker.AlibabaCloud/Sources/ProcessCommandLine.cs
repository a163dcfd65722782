using System.Text;

namespace Broker.AlibabaCloud.Sources;

/// <summary>A process command as its words. No shell reads it. Source: the vendor's SDKs split it after POSIX's rules of quoting.</summary>
static class ProcessCommandLine
{
    /// <summary>What a backslash escapes within double quotes.</summary>
    const string Escapable = "\"\\$`\n";

    /// <param name="command">The command.</param>
    /// <param name="where">Names it in errors.</param>
    /// <exception cref="SourceIdentityException">It is empty, or a quote is not closed.</exception>
    public static string[] Split(string command, string where)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            if (char.IsWhiteSpace(c))
            {
                if (word is not null) words.Add($"{word}");
                word = null;
                continue;
            }
            word ??= new();
            i = c switch
            {
                '\'' or '"' => Quoted(command, i, word, where),
                '\\' => Escaped(command, i, word, where),
                _ => Plain(c, i, word),
            };
        }
        if (word is not null) words.Add($"{word}");
        return words is [{ Length: > 0 }, ..] ? [.. words] : throw new SourceIdentityException($"{where} is empty.");
    }

    static int Plain(char c, int at, StringBuilder word)
    {
        word.Append(c);
        return at;
    }

    static int Escaped(string command, int at, StringBuilder word, string where)
    {
        if (++at == command.Length) throw new SourceIdentityException($"{where} ends with a backslash.");
        if (command[at] != '\n') word.Append(command[at]);
        return at;
    }

    /// <summary>Where the quote ends. Within double quotes a backslash escapes some characters, within single ones none.</summary>
    static int Quoted(string command, int at, StringBuilder word, string where)
    {
        var quote = command[at];
        while (++at < command.Length && command[at] != quote)
        {
            var escaped = quote == '"' && command[at] == '\\' && at + 1 < command.Length && Escapable.Contains(command[at + 1]);
            if (escaped && command[++at] == '\n') continue;
            word.Append(command[at]);
        }
        return at < command.Length ? at : throw new SourceIdentityException($"{where} has a quote that is not closed.");
    }
}
